//! Days, as files write them, in seconds since 1970.

/// Seconds of a day.
const DAY: i64 = 86_400;

/// The first second of a day `YYYY-MM-DD`.
pub(crate) fn first_second(day: &str) -> Option<i64> {
    let mut parts = day.splitn(3, '-');
    let mut number = |digits: usize| {
        let part = parts.next()?;
        let is_number = part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| part.parse::<i64>().ok())?
    };
    let (year, month, date) = (number(4)?, number(2)?, number(2)?);
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => return None,
    };
    if !(1..=days).contains(&date) {
        return None;
    }
    // Years begin with March, so that the day that some years have more comes last.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * month + 2) / 5 + date - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year;
    Some((days - 719_468) * DAY)
}

/// The first second behind a day `YYYY-MM-DD`.
pub(crate) fn end(day: &str) -> Option<i64> {
    first_second(day).map(|first| first + DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(first_second("1970-01-01"), Some(0));
        assert_eq!(end("1970-01-01"), Some(86_400));
        assert_eq!(first_second("2000-03-01"), Some(951_868_800));
        assert_eq!(first_second("2026-12-01"), Some(1_796_083_200));
        for bad in [
            "2026-02-29",
            "2026-13-01",
            "2026-1-01",
            "2026-01-00",
            "x",
            "2026-01-01T",
        ] {
            assert_eq!(first_second(bad), None, "{bad}");
        }
        assert!(first_second("2024-02-29").is_some());
    }
}
