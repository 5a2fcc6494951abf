//! Moments as credentials write them, in seconds since 1970.

use der::DateTime;

/// `20261125T143000Z` and `2026-11-25T14:30:00Z`, with a fraction or an offset, as ISO 8601 has them.
pub(crate) fn parse(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' '])?;
    let date: String = date.chars().filter(|&char| char != '-').collect();
    let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (time, zone) = time.split_at_checked(zone)?;
    let time = time.split('.').next().unwrap_or_default();
    let time: String = time.chars().filter(|&char| char != ':').collect();
    let number = |text: &str, from: usize, length: usize| -> Option<i64> {
        let digits = text.get(from..from + length)?;
        let all = digits.bytes().all(|byte| byte.is_ascii_digit());
        all.then(|| digits.parse().ok()).flatten()
    };
    if date.len() != 8 || !matches!(time.len(), 4 | 6) {
        return None;
    }
    let seconds = match time.len() {
        6 => number(&time, 4, 2)?,
        _ => 0,
    };
    let small = |number: i64| u8::try_from(number).ok();
    let moment = DateTime::new(
        u16::try_from(number(&date, 0, 4)?).ok()?,
        small(number(&date, 4, 2)?)?,
        small(number(&date, 6, 2)?)?,
        small(number(&time, 0, 2)?)?,
        small(number(&time, 2, 2)?)?,
        small(seconds.min(59))?,
    );
    let since = of(moment.ok()?);
    Some(since - offset(zone)?)
}

/// How many seconds a zone such as `+02:00` is ahead.
fn offset(zone: &str) -> Option<i64> {
    let sign = match zone.as_bytes().first() {
        None | Some(b'Z' | b'z') => return Some(0),
        Some(b'-') => -1,
        Some(_) => 1,
    };
    let digits: String = zone.chars().filter(char::is_ascii_digit).collect();
    let hours: i64 = digits.get(..2)?.parse().ok()?;
    let minutes: i64 = digits.get(2..4).map_or(Some(0), |it| it.parse().ok())?;
    Some(sign * (hours * 3600 + minutes * 60))
}

/// Of a moment in a certificate.
pub(crate) fn of(moment: DateTime) -> i64 {
    i64::try_from(moment.unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// A number of seconds, or of milliseconds where it would lie in the far future otherwise.
pub(crate) fn number(number: i64) -> i64 {
    const FAR: i64 = 100_000_000_000;
    if number > FAR { number / 1000 } else { number }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_credentials_write_them() {
        let moment = Some(1_795_617_000);
        for text in [
            "20261125T143000Z",
            "2026-11-25T14:30:00Z",
            "2026-11-25T14:30Z",
            "2026-11-25T14:30:00.5Z",
            "2026-11-25T16:30:00+02:00",
            "2026-11-25 14:30:00",
            "2026-11-25T09:30:00-0500",
        ] {
            assert_eq!(parse(text), moment, "{text}");
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "",
            "T",
            "2026-11-25",
            "2026-13-25T14:30:00Z",
            "20261125T1Z",
            "yesterdaT1430Z",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn milliseconds_are_told_from_seconds() {
        assert_eq!(number(1_795_617_000), 1_795_617_000);
        assert_eq!(number(1_795_617_000_123), 1_795_617_000);
    }
}
