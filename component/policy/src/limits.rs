//! How deep and how long a text may be, counted before any parser sees it.
//!
//! # Why
//! Cedar's parser, validator and evaluator recurse over what they read, and guard that with more stack where a
//! machine has it; a sandbox has none. An overflow there ends the instance. What recursion goes by is the
//! depth of brackets, and the number of operators in one policy, because a chain of them nests as brackets do
//! (`1 + 1 + …`, `a.a.…`, `if … else if …`). So both are counted, token by token, in constant memory.
//!
//! # Hazard
//! The bounds hold for the smallest stack of a host, and tests in each lane go up to them.

use hushgate_detector::Diagnostic;

/// Deepest brackets in policies and schemas.
pub const MAX_DEPTH: usize = 32;
/// Most operators, member accesses and branches in one policy.
pub const MAX_OPERATORS: usize = 160;
/// Deepest JSON.
pub const MAX_JSON_DEPTH: usize = 32;
/// Most names in a dotted key of TOML.
pub const MAX_TOML_NAMES: usize = 64;
/// Most dots in a line of TOML that may be one key inside of brackets.
const MAX_TOML_DOTS: usize = 256;
/// Deepest brackets in TOML.
pub const MAX_TOML_DEPTH: usize = 64;
/// Most bytes of all policies.
pub const MAX_POLICIES_BYTES: usize = 8 << 20;
/// Most policies.
pub const MAX_POLICIES: usize = 20_000;
/// Most bytes of a schema.
pub const MAX_SCHEMA_BYTES: usize = 1 << 20;
/// Most bytes of claims, and of other JSON with one request.
pub const MAX_CLAIMS_BYTES: usize = 64 << 10;
/// Most bytes of entities.
pub const MAX_ENTITIES_BYTES: usize = 8 << 20;

/// Whether policies or a schema may be parsed.
///
/// # Errors
/// The first place that goes too deep.
pub fn check_cedar(text: &str) -> Result<(), Diagnostic> {
    let (mut depth, mut operators, mut statements) = (0_usize, 0_usize, 0_usize);
    let mut angles = 0_usize;
    for (offset, token) in (Tokens { text, at: 0 }) {
        match token {
            Token::Open => depth += 1,
            Token::Close => depth = depth.saturating_sub(1),
            Token::End if depth == 0 => {
                operators = 0;
                angles = 0;
                statements += 1;
            }
            Token::End | Token::Other => {}
            Token::Angle => {
                angles += 1;
                operators += 1;
            }
            Token::Operator => operators += 1,
        }
        let fault = if depth + angles.min(depth) > MAX_DEPTH {
            format!("brackets are more than {MAX_DEPTH} deep")
        } else if operators > MAX_OPERATORS {
            format!("one policy has more than {MAX_OPERATORS} operators and member accesses")
        } else if statements > MAX_POLICIES {
            format!("there are more than {MAX_POLICIES} policies")
        } else {
            continue;
        };
        return Err(Diagnostic::error("too-deep", fault)
            .help("split it into several policies, or use sets: `[…].contains(…)`")
            .at(text, offset));
    }
    Ok(())
}

/// Whether JSON may be parsed.
///
/// # Errors
/// Where it goes too deep.
pub fn check_json(text: &str) -> Result<(), Diagnostic> {
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            _ if quoted => {}
            b'[' | b'{' => {
                depth += 1;
                if depth > MAX_JSON_DEPTH {
                    let message = format!("JSON is more than {MAX_JSON_DEPTH} deep");
                    return Err(Diagnostic::error("too-deep", message)
                        .help("no claim, entity or context needs that")
                        .at(text, offset));
                }
            }
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    Ok(())
}

/// Whether TOML may be parsed.
///
/// # Errors
/// Where a key has too many names, or brackets are too deep.
pub fn check_toml(text: &str) -> Result<(), Diagnostic> {
    // Dots and brackets inside of strings count too: nobody needs that many.
    let mut offset = 0;
    let mut depth = 0_usize;
    for line in text.split_inclusive('\n') {
        let key = line.split('=').next().unwrap_or_default();
        let dots = key.bytes().filter(|&byte| byte == b'.').count();
        let open = line
            .bytes()
            .filter(|byte| matches!(byte, b'[' | b'{'))
            .count();
        let close = line
            .bytes()
            .filter(|byte| matches!(byte, b']' | b'}'))
            .count();
        let inline = longest_dotted(line);
        depth = (depth + open).saturating_sub(close);
        if depth > MAX_TOML_DEPTH || dots > MAX_TOML_NAMES || inline > MAX_TOML_DOTS {
            return Err(
                Diagnostic::error("too-deep", "keys or brackets are nested too deep")
                    .help("no table needs that")
                    .at(text, offset),
            );
        }
        offset += line.len();
    }
    Ok(())
}

/// Most dots in one run of what a dotted key is made of.
fn longest_dotted(line: &str) -> usize {
    let runs = line.split(|it: char| !(it.is_ascii_alphanumeric() || "._- \t\"'".contains(it)));
    let dots = runs.map(|run| run.bytes().filter(|&byte| byte == b'.').count());
    dots.max().unwrap_or_default()
}

enum Token {
    Open,
    Close,
    /// `;`
    End,
    /// `<`, which nests in types of schemas.
    Angle,
    Operator,
    Other,
}

/// Tokens of Cedar, as far as depth goes by them.
struct Tokens<'t> {
    text: &'t str,
    at: usize,
}

impl Iterator for Tokens<'_> {
    type Item = (usize, Token);

    fn next(&mut self) -> Option<(usize, Token)> {
        let bytes = self.text.as_bytes();
        let at = |index: usize| bytes.get(index).copied();
        loop {
            let start = self.at;
            let byte = at(start)?;
            self.at += 1;
            let token = match byte {
                b'/' if at(start + 1) == Some(b'/') => {
                    while at(self.at).is_some_and(|byte| byte != b'\n') {
                        self.at += 1;
                    }
                    continue;
                }
                b'"' => {
                    while let Some(byte) = at(self.at) {
                        self.at += if byte == b'\\' { 2 } else { 1 };
                        if byte == b'"' {
                            break;
                        }
                    }
                    Token::Other
                }
                b'(' | b'[' | b'{' => Token::Open,
                b')' | b']' | b'}' => Token::Close,
                b';' => Token::End,
                b'<' => Token::Angle,
                b'.' | b'+' | b'-' | b'*' | b'!' | b'>' | b'&' | b'|' | b'=' | b'%' | b'/' => {
                    // `&&`, `==` and their like are one.
                    while at(self.at).is_some_and(|next| next == byte || next == b'=')
                        && byte != b'!'
                        && byte != b'-'
                    {
                        self.at += 1;
                    }
                    Token::Operator
                }
                byte if byte.is_ascii_alphabetic() || byte == b'_' => {
                    while at(self.at).is_some_and(|it| it.is_ascii_alphanumeric() || it == b'_') {
                        self.at += 1;
                    }
                    match self.text.get(start..self.at) {
                        Some("if" | "then" | "else" | "in" | "has" | "like" | "is") => {
                            Token::Operator
                        }
                        Some("when" | "unless") => Token::Operator,
                        _ => Token::Other,
                    }
                }
                b':' | b',' | b'@' | b'?' => Token::Other,
                byte if byte.is_ascii_whitespace() => continue,
                _ => Token::Other,
            };
            return Some((start, token));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_chain_counts() {
        for term in [
            "1 + 1", "a.a", "1 - 1", "2 * 2", "a && a", "a || a", "!a", "a has a", "a == a",
        ] {
            let operator: String = term.trim_matches(|it: char| it.is_alphanumeric()).into();
            let chain = format!(
                "permit(principal, action, resource) when {{ a{} }};",
                format!("{operator}a").repeat(MAX_OPERATORS)
            );
            assert!(check_cedar(&chain).is_err(), "{term}");
        }
        let branches = "if a then b else ".repeat(MAX_OPERATORS / 3 + 1);
        assert!(check_cedar(&branches).is_err());
        let nested = "(".repeat(MAX_DEPTH + 1);
        assert!(check_cedar(&nested).is_err());
        assert!(check_cedar(&format!("\"{nested}\" // {nested}")).is_ok());
        let types = format!(
            "entity A {{ a: {}Long }};",
            "Set<".repeat(MAX_OPERATORS + 1)
        );
        assert!(check_cedar(&types).is_err());
    }

    #[test]
    fn many_policies_and_long_sets_may_be() {
        let policy = "permit(principal, action, resource) when { context.a == 1 && context.b like \"x\" };\n";
        assert!(check_cedar(&policy.repeat(2000)).is_ok());
        let set = format!(
            "permit(principal, action, resource) when {{ [{}].contains(a) }};",
            "\"a\", ".repeat(5000)
        );
        assert!(check_cedar(&set).is_ok());
    }

    #[test]
    fn toml_is_counted() {
        assert!(check_toml(&format!("a{} = 1", ".a".repeat(100_000))).is_err());
        assert!(check_toml(&format!("a = {{ a{} = 1 }}", ".a".repeat(100_000))).is_err());
        assert!(check_toml(&format!("a = {}", "[".repeat(100_000))).is_err());
        assert!(check_toml(&format!("a = [\n{}]", "[1, 2],\n".repeat(1000))).is_ok());
        assert!(check_toml("[[case]]\nprincipal.token = { a = [1], b = \"x.y\" }\n").is_ok());
    }

    #[test]
    fn json_is_counted_outside_of_strings() {
        assert!(check_json(&"[".repeat(MAX_JSON_DEPTH + 1)).is_err());
        assert!(check_json(&format!("\"\\\"{}\"", "[".repeat(99))).is_ok());
        assert!(check_json(&"[]".repeat(1000)).is_ok());
    }
}
