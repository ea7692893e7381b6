//! One question over contacts and channels.

use super::words::words;
use base::Timestamp;

words! {
    /// Whether the question is still open.
    CaseState {
        /// Someone still has to answer it.
        Open = "open",
        /// It was answered.
        Closed = "closed",
    }
}

/// The number by which people speak of a case: the year and a rank in it.
pub(crate) fn number(year: i64, rank: i64) -> String {
    format!("{year}-{rank:05}")
}

/// The year in which a moment falls, in the Netherlands.
pub(crate) fn year(at: Timestamp) -> i64 {
    at.in_zone("Europe/Amsterdam").map_or(1970, |zoned| i64::from(zoned.year()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_of_new_years_night_belongs_to_the_year_on_the_wall() {
        let half_past_eleven_utc = Timestamp::from_micros(1_798_759_800_000_000);
        assert_eq!(half_past_eleven_utc.to_string(), "2026-12-31T23:30:00Z");
        assert_eq!(number(year(half_past_eleven_utc), 42), "2027-00042");
    }
}
