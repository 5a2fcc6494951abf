//! A case becomes a trial: bytes, what happens at which offset, and every way of cutting them.

use crate::{
    Trouble,
    lane::{Setup, Step},
    vector::{Action, Case, File, Finding, Splits, Style},
};

/// What happens between two bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// A value is registered.
    Add(Vec<u8>),
    /// A value is removed.
    Remove(Vec<u8>),
    /// The stream pauses.
    Settle,
}

impl Event {
    fn step(&self) -> Step<'_> {
        match self {
            Self::Add(value) => Step::Add(value),
            Self::Remove(value) => Step::Remove(value),
            Self::Settle => Step::Settle,
        }
    }
}

/// A stream and what must come of it.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// Its name.
    pub name: String,
    /// Values that are registered from the start.
    pub values: Vec<Vec<u8>>,
    /// The chunks that are given, and what happens after each.
    pub chunks: Vec<(Vec<u8>, Vec<Event>)>,
    /// Where else the input is cut.
    pub splits: Splits,
    /// The whole output.
    pub output: Vec<u8>,
    /// What comes out for each chunk, and for the end.
    pub released: Option<Vec<Vec<u8>>>,
    /// All findings, where they are stated.
    pub findings: Option<Vec<Finding>>,
    /// Places of the entries of the allowlist that let something through, where they are stated.
    pub allowed: Option<Vec<u32>>,
    /// Whether redacting the output again changes nothing.
    pub twice: bool,
}

/// One way of handing a stream to a lane: groups of steps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout<'t> {
    /// What a message calls it.
    pub name: String,
    /// The steps.
    pub groups: Vec<Vec<Step<'t>>>,
}

/// How the redactor of a case is opened.
///
/// # Errors
/// It names a bundle that the file does not have, or an edit does not fit.
pub fn setup(file: &File, case: &Case) -> Result<Setup, Trouble> {
    let mut bundle = None;
    if let Some(name) = &case.bundle {
        let text = file.bundles.get(name);
        let text = text.ok_or_else(|| format!("the file has no bundle `{name}`"))?;
        bundle = Some(text.text()?.to_owned());
    } else if !case.edits.is_empty() {
        return Err("`edits` without a `bundle`".into());
    }
    for edit in &case.edits {
        let from = edit.from.text()?;
        let text = bundle.unwrap_or_default();
        if text.matches(from).count() != 1 {
            return Err(format!("`{from}` does not stand in the bundle exactly once").into());
        }
        bundle = Some(text.replacen(from, edit.to.text()?, 1));
    }
    let key = case.fingerprint_key.as_ref().map(|key| key.0.clone());
    if case.style == Style::Fingerprint && key.is_none() {
        return Err("a fingerprint without a key".into());
    }
    Ok(Setup {
        bundle,
        detectors: case.detectors.clone(),
        style: case.style,
        key,
        now: case.now,
        path: case.path.clone(),
        least: case.min_confidence,
        records: case.records,
    })
}

/// The values that a case registers first.
#[must_use]
pub fn values(case: &Case) -> Vec<Vec<u8>> {
    let mut values: Vec<Vec<u8>> = case.register.iter().map(|value| value.0.clone()).collect();
    if let Some(numbered) = &case.register_numbered {
        values.extend((0..numbered.count).map(|index| {
            let mut value = numbered.prefix.0.clone();
            value.extend_from_slice(index.to_string().as_bytes());
            value
        }));
    }
    values
}

/// The trial of a case that redacts.
///
/// # Errors
/// The case lacks a field, or has one that belongs to another action.
pub fn trial(case: &Case) -> Result<Trial, Trouble> {
    let foreign = case.action != Action::Redact
        || case.value.is_some()
        || case.error.is_some()
        || case.limit.is_some()
        || !case.diagnostics.is_empty();
    if foreign {
        return Err("a field that does not belong to `redact`".into());
    }
    if !case.twice && case.why.is_none() {
        return Err("`twice = false` without a `why`".into());
    }
    let mut chunks: Vec<(Vec<u8>, Vec<Event>)> = case
        .chunks
        .iter()
        .map(|chunk| (chunk.0.clone(), Vec::new()))
        .collect();
    for change in &case.changes {
        let event = match (&change.add, &change.remove) {
            (Some(value), None) => Event::Add(value.0.clone()),
            (None, Some(value)) => Event::Remove(value.0.clone()),
            _ => return Err("a change has either `add` or `remove`".into()),
        };
        let (_, events) = chunks
            .get_mut(change.after)
            .ok_or("a change after a chunk that there is not")?;
        events.push(event);
    }
    for &index in &case.settle_after {
        let (_, events) = chunks
            .get_mut(index)
            .ok_or("a settle after a chunk that there is not")?;
        events.push(Event::Settle);
    }
    let released = case.released.as_ref().map(|all| {
        let all = all.iter().map(|bytes| bytes.0.clone());
        all.collect::<Vec<_>>()
    });
    if released
        .as_ref()
        .is_some_and(|all| all.len() != chunks.len() + 1)
    {
        return Err("`released` has one entry for each chunk and one for the end".into());
    }
    Ok(Trial {
        name: case.name.clone(),
        values: values(case),
        chunks,
        splits: case.splits,
        output: case.output.clone().ok_or("`output` is missing")?.0,
        released,
        findings: Some(case.findings.clone()),
        allowed: case.allowed.clone(),
        twice: case.twice,
    })
}

impl Trial {
    /// A trial of one chunk.
    #[must_use]
    pub fn whole(name: &str, input: &[u8], output: &[u8]) -> Self {
        Self {
            name: name.to_owned(),
            chunks: vec![(input.to_vec(), Vec::new())],
            output: output.to_vec(),
            twice: true,
            ..Self::default()
        }
    }

    /// The whole input.
    #[must_use]
    pub fn input(&self) -> Vec<u8> {
        self.chunks
            .iter()
            .flat_map(|(chunk, _)| chunk)
            .copied()
            .collect()
    }

    /// Whether values come or go in the middle.
    #[must_use]
    pub fn changes(&self) -> bool {
        self.chunks
            .iter()
            .flat_map(|(_, events)| events)
            .any(|event| *event != Event::Settle)
    }

    /// The chunks as they are given.
    #[must_use]
    pub fn given(&self) -> Layout<'_> {
        let groups = self.chunks.iter().map(|(chunk, events)| {
            let push = Step::Push(chunk);
            std::iter::once(push)
                .chain(events.iter().map(Event::step))
                .collect()
        });
        Layout {
            name: "chunks as given".to_owned(),
            groups: groups.collect(),
        }
    }

    /// The chunks as they are given, as text; none where one of them is no text.
    #[must_use]
    pub fn text(&self) -> Option<Layout<'_>> {
        let groups = self.chunks.iter().map(|(chunk, events)| {
            let push = Step::PushText(str::from_utf8(chunk).ok()?);
            Some(
                std::iter::once(push)
                    .chain(events.iter().map(Event::step))
                    .collect(),
            )
        });
        Some(Layout {
            name: "chunks as text".to_owned(),
            groups: groups.collect::<Option<_>>()?,
        })
    }

    /// Every other way of cutting `input`, which is [`input`](Self::input): nowhere, at each
    /// place alone, at all places at once. What happens at an offset happens there in all.
    pub fn layouts<'t>(&'t self, input: &'t [u8]) -> impl Iterator<Item = Layout<'t>> {
        let inner = match self.splits {
            Splits::Every => 1..input.len(),
            Splits::Given => 0..0,
        };
        let named = |name: String, cuts: &[usize]| Layout {
            name,
            groups: self.cut(input, cuts),
        };
        let each = inner
            .clone()
            .map(move |at| named(format!("cut at {at}"), &[at]));
        let single = (!inner.is_empty()).then(|| {
            let cuts: Vec<usize> = inner.collect();
            named("one byte at a time".to_owned(), &cuts)
        });
        std::iter::once(named("in one piece".to_owned(), &[]))
            .chain(each)
            .chain(single)
    }

    fn cut<'t>(&'t self, input: &'t [u8], cuts: &[usize]) -> Vec<Vec<Step<'t>>> {
        let mut cuts = cuts.iter().copied().peekable();
        let mut steps = Vec::new();
        let mut from = 0;
        let mut push_to = |steps: &mut Vec<Step<'t>>, to: usize| {
            if let Some(chunk) = input.get(from..to).filter(|chunk| !chunk.is_empty()) {
                steps.push(Step::Push(chunk));
                from = to;
            }
        };
        let mut end = 0;
        for (chunk, events) in &self.chunks {
            end += chunk.len();
            while let Some(cut) = cuts.next_if(|&cut| cut <= end) {
                push_to(&mut steps, cut);
            }
            if !events.is_empty() {
                push_to(&mut steps, end);
                steps.extend(events.iter().map(Event::step));
            }
        }
        push_to(&mut steps, input.len());
        vec![steps]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trial() -> Trial {
        Trial {
            chunks: vec![
                (b"ab".to_vec(), vec![Event::Settle]),
                (Vec::new(), vec![]),
                (b"cd".to_vec(), vec![]),
            ],
            ..Trial::default()
        }
    }

    #[test]
    fn settles_stay_where_they_are() {
        let trial = trial();
        let input = trial.input();
        let layouts: Vec<_> = trial
            .layouts(&input)
            .map(|layout| layout.groups.concat())
            .collect();
        let (push, settle) = (Step::Push, Step::Settle);
        assert_eq!(
            layouts,
            [
                vec![push(b"ab"), settle, push(b"cd")],
                vec![push(b"a"), push(b"b"), settle, push(b"cd")],
                vec![push(b"ab"), settle, push(b"cd")],
                vec![push(b"ab"), settle, push(b"c"), push(b"d")],
                vec![push(b"a"), push(b"b"), settle, push(b"c"), push(b"d")],
            ]
        );
    }

    #[test]
    fn given_chunks_keep_empty_ones() {
        assert_eq!(trial().given().groups.len(), 3);
        assert_eq!(trial().text().map(|layout| layout.groups.len()), Some(3));
    }
}
