//! Finds the name that was probably meant.

/// What to do about an unknown name.
pub(crate) fn help(name: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("known are: {}", known.join(", ")),
    }
}

/// The name that is spelled most like this one, if one is near: at most a third of its letters differ.
pub(crate) fn nearest<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let near = known
        .into_iter()
        .map(|other| (strsim::levenshtein(name, other), other));
    near.filter(|(distance, other)| distance * 3 <= name.len().max(other.len()))
        .min()
        .map(|(_, other)| other)
}
