//! The plain text of a letter as simple HTML: paragraphs, lines and links. Nothing from elsewhere is loaded, so nobody
//! learns that or when it was read.

use std::fmt::Write;

/// A whole page. `language` is a BCP 47 tag.
pub(crate) fn page(language: &str, subject: &str, text: &str) -> String {
    let mut body = String::new();
    for paragraph in text.replace("\r\n", "\n").split("\n\n").filter(|paragraph| !paragraph.trim().is_empty())
    {
        let lines: Vec<_> = paragraph.trim_matches('\n').lines().map(line).collect();
        let _ = writeln!(body, "<p>{}</p>", lines.join("<br>\n"));
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"{}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{}</title></head>\n\
         <body style=\"font-family: sans-serif; font-size: 16px; line-height: 1.5; max-width: 40em; margin: 1em\">\n\
         {body}</body>\n</html>\n",
        escape(language),
        escape(subject),
    )
}

fn line(text: &str) -> String {
    let mut html = String::new();
    let mut rest = text;
    while let Some((before, address, after)) = next_address(rest) {
        let address = escape(address);
        let _ = write!(html, "{}<a href=\"{address}\">{address}</a>", escape(before));
        rest = after;
    }
    html + &escape(rest)
}

/// The first web address in a text, with what stands before and after it.
fn next_address(text: &str) -> Option<(&str, &str, &str)> {
    let start = [text.find("https://"), text.find("http://")].into_iter().flatten().min()?;
    let (before, rest) = text.split_at(start);
    let end = rest.find(|c: char| c.is_whitespace() || "<>\"'`".contains(c)).unwrap_or(rest.len());
    let address = rest[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', ')', ']']);
    if address.ends_with("//") {
        return None;
    }
    Some((before, address, &rest[address.len()..]))
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    #[test]
    fn paragraphs_lines_and_links() {
        let page = page("nl", "Uw gesprek", "Dag Jan,\n\nKijk op https://lindedam.nl/a?b=1&c=2.\nGroet");
        assert!(page.contains("<p>Dag Jan,</p>"));
        let link =
            "<a href=\"https://lindedam.nl/a?b=1&amp;c=2\">https://lindedam.nl/a?b=1&amp;c=2</a>.<br>\nGroet";
        assert!(page.contains(link), "{page}");
        assert!(page.contains("<title>Uw gesprek</title>"));
    }

    #[test]
    fn script_stays_text() {
        let page = page("nl", "</title><script>", "<script>alert(1)</script> http://x\"onclick=alert(1)");
        assert!(!page.contains("<script"));
        assert!(page.contains("<a href=\"http://x\">http://x</a>&quot;onclick"));
    }

    proptest! {
        #[test]
        fn no_text_makes_another_tag(text: String) {
            let html = line(&text);
            let tags: HashSet<_> = html.split('<').skip(1).map(|tag| tag.split([' ', '>']).next().unwrap()).collect();
            prop_assert!(tags.iter().all(|tag| ["a", "/a"].contains(tag)), "{html}");
        }
    }
}
