//! A name that is safe to show, to store on any disk, and to click.

use crate::kind::endings;

const LONGEST: usize = 100;
const LONGEST_ENDING: usize = 10;

/// Cleans a name that somebody else chose: no folders, no characters that are invisible or turn text around, not
/// too long, and with an ending that goes with the content, so that `invoice.exe` that is a PDF becomes
/// `invoice.exe.pdf`.
pub fn clean_name(name: &str, media_type: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String =
        last.chars().filter(|c| !is_hidden(*c)).map(|c| if is_awkward(c) { '_' } else { c }).collect();
    let trimmed = visible.trim_matches(|c: char| c == '.' || c.is_whitespace());
    let (stem, ending) = match trimmed.rsplit_once('.') {
        Some((stem, ending)) if endings(media_type).contains(&ending.to_lowercase().as_str()) => {
            (stem, ending)
        }
        _ => (trimmed, endings(media_type)[0]),
    };
    let stem: String = stem.chars().take(LONGEST - LONGEST_ENDING).collect();
    let stem = stem.trim_end_matches(|c: char| c == '.' || c.is_whitespace());
    let stem = if stem.is_empty() { "file" } else { stem };
    format!("{stem}.{ending}")
}

/// Control characters, marks of direction, and what has no width.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// What some file system or shell does not take.
fn is_awkward(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*' | '`' | '$' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn folders_and_tricks_are_taken_out() {
        assert_eq!(clean_name("../../etc/passwd", "text/plain"), "passwd.txt");
        assert_eq!(clean_name("C:\\Users\\Jan\\foto.JPG", "image/jpeg"), "foto.JPG");
        assert_eq!(clean_name("gepj.\u{202e}exe", "application/pdf"), "gepj.exe.pdf");
        assert_eq!(clean_name("rekening.pdf", "application/pdf"), "rekening.pdf");
        assert_eq!(clean_name("a\r\nSet-Cookie: x=1.txt", "text/plain"), "aSet-Cookie_ x=1.txt");
        assert_eq!(clean_name("...", "image/png"), "file.png");
        assert_eq!(clean_name("", "application/pdf"), "file.pdf");
    }

    proptest! {
        #[test]
        fn a_clean_name_is_short_visible_and_stays_the_same(name: String) {
            let clean = clean_name(&name, "application/pdf");
            prop_assert!(clean.chars().count() <= LONGEST);
            prop_assert!(clean.to_lowercase().ends_with(".pdf"));
            prop_assert!(!clean.chars().any(|c| is_hidden(c) || is_awkward(c) || c == '/' || c == '\\'));
            prop_assert_eq!(clean_name(&clean, "application/pdf"), clean);
        }
    }
}
