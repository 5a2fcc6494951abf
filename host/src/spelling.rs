//! Finds the name that was probably meant.

/// The candidate that is spelled most like `name`, if any is near: at most a third of the
/// letters differ.
pub(crate) fn nearest<'a>(
    name: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|candidate| (distance(name, candidate), candidate))
        .filter(|(distance, candidate)| distance * 3 <= name.len().max(candidate.len()))
        .min()
        .map(|(_, candidate)| candidate)
}

/// How many bytes are to be inserted, removed or exchanged to make one out of the other.
fn distance(from: &str, to: &str) -> usize {
    let mut costs: Vec<usize> = (0..=to.len()).collect();
    for (row, have) in from.bytes().enumerate() {
        let mut diagonal = row;
        let mut left = row + 1;
        if let Some(first) = costs.first_mut() {
            *first = left;
        }
        for (cost, want) in costs.iter_mut().skip(1).zip(to.bytes()) {
            let exchange = diagonal + usize::from(have != want);
            diagonal = *cost;
            left = exchange.min(left + 1).min(*cost + 1);
            *cost = left;
        }
    }
    costs.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_those_of_levenshtein() {
        assert_eq!(distance("", ""), 0);
        assert_eq!(distance("abc", ""), 3);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("github-pat", "github-pat"), 0);
    }

    #[test]
    fn only_near_names_are_offered() {
        let ids = ["aws-access-key-id", "github-pat", "gitlab-pat"];
        assert_eq!(nearest("githb-pat", ids), Some("github-pat"));
        assert_eq!(nearest("aws-acess-key", ids), Some("aws-access-key-id"));
        assert_eq!(nearest("zzz", ids), None);
    }
}
