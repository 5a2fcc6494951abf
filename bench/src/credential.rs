//! Made-up credentials in the forms of the built-in detectors.
//!
//! # Promise
//! They are drawn from the detectors' own patterns, so they were never issued and never worked.
//! Checksums that can be computed are right: a scanner that verifies them is not put at a
//! disadvantage.

use anyhow::{Result, bail};
use hushgate_detector::table::{Algorithm, Check, Shape, Table};

use crate::random::{BASE62, Random};

const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Most bytes by which a repetition exceeds its minimum.
const EXTRA: u32 = 12;
/// Bytes from an anchor on that are looked at before a matcher is started, and some more.
const PROVEN: usize = 12;
/// Bytes that a beginning lacks at least.
const MISSING: usize = 4;
/// How long a line of a private key is.
const KEY_LINE: usize = 64;
/// Lines of a private key.
const KEY_LINES: usize = 6;

/// Makes credentials of some of a rule set's kinds.
#[derive(Debug)]
pub struct Credentials<'r> {
    table: &'r Table,
    /// Rule by rule, the shapes of its pattern.
    kinds: Vec<Vec<&'r Shape>>,
}

impl<'r> Credentials<'r> {
    /// Credentials of the detectors with these ids; of all of them where none is named.
    ///
    /// # Errors
    /// Where an id is no detector's.
    pub fn new(table: &'r Table, ids: &[String]) -> Result<Self> {
        for id in ids {
            if !table.rules.iter().any(|rule| rule.id == id.as_str()) {
                bail!("no detector has the id `{id}`");
            }
        }
        let kinds = table.rules.iter().enumerate().filter(|(_, rule)| {
            // A gated detector does not fire on a wrong checksum, and not every one can be made.
            !rule.gate && (ids.is_empty() || ids.iter().any(|id| rule.id == id.as_str()))
        });
        let closed = |shape: &&Shape| !ends_with_lines(table, shape) && !needs_lines(table, shape);
        let shapes_of = |index| {
            let of_rule = |shape: &&Shape| usize::from(shape.rule) == index;
            table.shapes.iter().filter(of_rule).filter(closed).collect()
        };
        // What goes by a name alone has no shape.
        let kinds = kinds.map(|(index, _)| shapes_of(index));
        let kinds = kinds.filter(|shapes: &Vec<_>| !shapes.is_empty()).collect();
        Ok(Self { table, kinds })
    }

    /// One of each kind, in the order of their ids.
    pub fn of_each_kind(&self, random: &mut Random) -> Vec<String> {
        let made = (0..self.kinds.len()).map(|kind| self.make(kind, random));
        made.collect()
    }

    /// A credential of one kind or another.
    pub fn next(&self, random: &mut Random) -> String {
        self.make(random.below(self.kinds.len()), random)
    }

    /// The beginnings of all shapes, each long enough to be tried and too short to match: what
    /// costs a candidate and is no finding.
    pub fn beginnings(&self, random: &mut Random) -> Vec<String> {
        let mut all = Vec::new();
        // Behind all of a name whatever follows may be found.
        let anchors = self.table.anchors.iter().filter(|it| it.ahead == 0);
        for anchor in anchors {
            let shapes = self.table.members_of(anchor).iter();
            for shape in shapes.filter_map(|&index| self.table.shapes.get(usize::from(index))) {
                let whole = self.of_shape(shape, None, random);
                let kept = usize::from(anchor.offset) + PROVEN;
                // Patterns whose keyword is near their end would be matched whole, or nearly so.
                let beginning = whole.get(..kept).unwrap_or_default();
                // Behind a name with its sign whatever follows may be found.
                if kept + MISSING < whole.len() && !beginning.ends_with('=') {
                    all.push(beginning.to_owned());
                }
            }
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    fn make(&self, kind: usize, random: &mut Random) -> String {
        let Some(shapes) = self.kinds.get(kind) else {
            return String::new();
        };
        let Some(shape) = shapes.get(random.below(shapes.len())) else {
            return String::new();
        };
        let rule = self.table.rules.get(usize::from(shape.rule));
        self.of_shape(shape, rule.and_then(|rule| rule.check), random)
    }

    fn of_shape(&self, shape: &Shape, check: Option<Check>, random: &mut Random) -> String {
        let mut out = String::new();
        let mut over = String::new();
        let mut equals = 0..0;
        for step in self.table.steps_of(shape) {
            let bytes: Vec<u8> = self.table.set(step.set).iter().collect();
            let from = out.len();
            if bytes.contains(&b'\n') && bytes.contains(&b'\\') {
                out.push_str(&key_body(step.min, random));
            } else {
                let bytes: Vec<u8> = bytes.into_iter().filter(|it| !is_line_end(*it)).collect();
                let least = if bytes.is_empty() { 0 } else { step.min };
                let extra = if bytes.is_empty() { 0 } else { EXTRA };
                let most = step.max.min(least.saturating_add(extra));
                let least = usize::try_from(least).unwrap_or(0);
                let most = usize::try_from(most).unwrap_or(0);
                let length = random.within(least, most + 1);
                out.push_str(&random.text(&bytes, length));
            }
            let Some(check) = check else { continue };
            if step.groups & check.over != 0 {
                over.push_str(out.get(from..).unwrap_or_default());
            }
            if step.groups & check.equals != 0 {
                let start = if equals.is_empty() {
                    from
                } else {
                    equals.start
                };
                equals = start..out.len();
            }
        }
        if let Some(check) = check
            && let Some(digits) = digits(check.algorithm, over.as_bytes(), equals.len())
        {
            out.replace_range(equals, &digits);
        }
        out
    }
}

/// Whether a shape goes on over any number of lines, as a key without its end marker does. It would
/// take in what follows it in a log, the next credential too.
fn ends_with_lines(table: &Table, shape: &Shape) -> bool {
    let last = table.steps_of(shape).last();
    last.is_some_and(|step| step.max == u32::MAX && table.set(step.set).contains(b'\n'))
}

/// Whether a shape holds the end of a line itself, not as programs write it. A record stays one line.
fn needs_lines(table: &Table, shape: &Shape) -> bool {
    let needed = table.steps_of(shape).iter().filter(|step| step.min > 0);
    let mut sets = needed.map(|step| table.set(step.set));
    sets.any(|set| set.iter().all(is_line_end))
}

const fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// What stands between the markers of a private key, with line breaks as JSON and environment
/// variables write them, so that a record stays one line.
fn key_body(least: u32, random: &mut Random) -> String {
    if least < 8 {
        return "\\n".to_owned();
    }
    let lines = (0..KEY_LINES).map(|_| random.text(BASE62, KEY_LINE) + "\\n");
    "\\n".to_owned() + &lines.collect::<String>()
}

/// What a checksum must spell in `width` characters. Nothing for those that cover more than what
/// stands before them.
fn digits(algorithm: Algorithm, over: &[u8], width: usize) -> Option<String> {
    let sum = crc32fast::hash(over);
    Some(match algorithm {
        Algorithm::Crc32Base62 => in_base(sum.into(), BASE62, width),
        Algorithm::Crc32Base36 => {
            in_base(sum.into(), b"0123456789abcdefghijklmnopqrstuvwxyz", width)
        }
        Algorithm::Crc32Hex => format!("{sum:08x}"),
        Algorithm::Crc32HexUpper => format!("{sum:08X}"),
        Algorithm::Crc32HexSwapped => format!("{:08x}", sum.swap_bytes()),
        Algorithm::Crc32Base64Swapped => {
            // Six digits have 36 bits, so four zeros stand behind.
            in_base(u64::from(sum.swap_bytes()) << 4, BASE64, width)
        }
        Algorithm::Bech32 => return None,
    })
}

fn in_base(mut number: u64, alphabet: &[u8], width: usize) -> String {
    let base = u64::try_from(alphabet.len()).unwrap_or(1);
    let mut digits = Vec::new();
    while number > 0 || digits.len() < width {
        let digit = usize::try_from(number % base).unwrap_or(0);
        digits.push(char::from(alphabet.get(digit).copied().unwrap_or(b'0')));
        number /= base;
    }
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use hushgate_engine::detect::Checksum;
    use hushgate_engine::redact::{Options, Redactor};
    use hushgate_engine::rules::Rules;
    use hushgate_engine::values::Values;

    #[test]
    fn each_kind_is_found_once_and_as_itself() {
        let rules = Rules::standard();
        let values = Values::new(&rules);
        let credentials = Credentials::new(rules.table(), &[]).expect("no id named");
        for seed in 0..40 {
            let all = credentials.of_each_kind(&mut Random::new(seed));
            // What goes by a name alone has no shape, and what OpenSSL prints none in one line.
            let kinds = rules.detectors().iter().filter(|rule| rule.context < 2);
            let kinds = kinds.filter(|rule| rule.id != "private-key-text");
            let kinds: Vec<_> = kinds.collect();
            assert_eq!(all.len(), kinds.len());
            for (credential, rule) in all.iter().zip(kinds) {
                let options = Options {
                    report: true,
                    ..Options::default()
                };
                let mut redactor = Redactor::open(&rules, &options).expect("all detectors");
                let mut out = Vec::new();
                redactor.push(
                    &values,
                    format!("key \"{credential}\"\n").as_bytes(),
                    &mut out,
                );
                redactor.finish(&values, &mut out);
                let found = redactor.findings();
                assert_eq!(found.len(), 1, "{}: {} bytes", rule.id, credential.len());
                if rule
                    .check
                    .is_some_and(|check| check.algorithm != Algorithm::Bech32)
                {
                    assert_eq!(found[0].checksum, Checksum::Right, "{}", rule.id);
                }
            }
        }
    }

    #[test]
    fn beginnings_match_nothing() {
        let rules = Rules::standard();
        let credentials = Credentials::new(rules.table(), &[]).expect("no id named");
        let all = credentials.beginnings(&mut Random::new(1));
        assert!(all.len() > 50, "{}", all.len());
        for text in all {
            assert_eq!(rules.redact(&text), text);
        }
    }

    #[test]
    fn an_unknown_id_is_refused() {
        assert!(Credentials::new(Rules::standard().table(), &["nothing".to_owned()]).is_err());
    }
}
