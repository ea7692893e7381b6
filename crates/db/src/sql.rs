//! The text of a statement. [`sql!`](crate::sql) is the only way to make one, so each text is static, stands in the
//! code that uses it, and is checked when it is compiled: it names the organisation (or says that it is global) and
//! keeps to what both engines understand in the same way.

/// A checked statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sql(&'static str);

/// Words that mean something else, or nothing, on one of the two engines.
const NOT_PORTABLE: &[&str] =
    &["ILIKE", "LATERAL", "DISTINCT ON", "->>", "now()", "NOW()", " ANY(", "any(", "json", "::"];

impl Sql {
    /// Checks a statement on rows of one organisation. Use [`sql!`](crate::sql).
    pub const fn scoped(text: &'static str) -> Self {
        assert!(
            contains(text, "organisation_id"),
            "the statement must name organisation_id, or be sql!(global …)"
        );
        Self::global(text)
    }

    /// Checks a statement on rows that belong to no organisation. Use [`sql!`](crate::sql).
    pub const fn global(text: &'static str) -> Self {
        let mut i = 0;
        while i < NOT_PORTABLE.len() {
            assert!(
                !contains(text, NOT_PORTABLE[i]),
                "the statement uses something that is not the same on both engines"
            );
            i += 1;
        }
        Self(text)
    }

    /// The text.
    pub const fn text(self) -> &'static str {
        self.0
    }
}

const fn contains(text: &str, part: &str) -> bool {
    let (text, part) = (text.as_bytes(), part.as_bytes());
    let mut start = 0;
    while start + part.len() <= text.len() {
        let mut i = 0;
        while i < part.len() && text[start + i] == part[i] {
            i += 1;
        }
        if i == part.len() {
            return true;
        }
        start += 1;
    }
    false
}

/// A statement: `sql!("SELECT … WHERE organisation_id = $1 …")`, or `sql!(global "…")` for a table that belongs to
/// no organisation. Parameters are `$1`, `$2` … on both engines.
#[macro_export]
macro_rules! sql {
    (global $text:literal) => {{
        const CHECKED: $crate::Sql = $crate::Sql::global($text);
        CHECKED
    }};
    ($text:literal) => {{
        const CHECKED: $crate::Sql = $crate::Sql::scoped($text);
        CHECKED
    }};
}

/// The values of a statement, in order: `args![organisation, id, at]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::IntoValue::into_value($value)),*] };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_anywhere() {
        assert!(contains("a ILIKE b", "ILIKE"));
        assert!(contains("ends with ILIKE", "ILIKE"));
        assert!(!contains("ILIK", "ILIKE"));
    }

    #[test]
    #[should_panic(expected = "organisation_id")]
    fn a_statement_without_an_organisation_is_refused() {
        Sql::scoped("SELECT id FROM contacts");
    }

    #[test]
    #[should_panic(expected = "not the same on both engines")]
    fn a_statement_for_one_engine_is_refused() {
        Sql::global("SELECT now()");
    }
}
