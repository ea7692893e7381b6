//! What kind of content bytes are. The name decides nothing, except which sort of plain text it is.

/// What people send to a municipality, a water company or a shop. No archives and no kinds with macros or scripts.
pub const COMMON_TYPES: &[&str] = &[
    "application/pdf",
    "application/vnd.oasis.opendocument.presentation",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "audio/m4a",
    "audio/mpeg",
    "audio/ogg",
    "audio/x-wav",
    "image/gif",
    "image/heif",
    "image/jpeg",
    "image/png",
    "image/webp",
    "text/csv",
    "text/plain",
    "video/mp4",
    "video/quicktime",
    "video/webm",
];

const OFFICE: &[(&str, &str, &str)] = &[
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "docx"),
    ("xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
];

/// The media type of content that begins like this.
pub(crate) fn sniff(head: &[u8], name: &str) -> &'static str {
    match infer::get(head).map(|kind| kind.mime_type()) {
        Some("application/zip") => office(head).unwrap_or("application/zip"),
        Some(kind) => kind,
        None if !is_text(head) => "application/octet-stream",
        None if looks_like_markup(head) => "text/html",
        None if name.to_ascii_lowercase().ends_with(".csv") => "text/csv",
        None => "text/plain",
    }
}

/// An office document that is packed in another order than usual.
fn office(head: &[u8]) -> Option<&'static str> {
    if !holds(head, b"[Content_Types].xml") {
        return None;
    }
    OFFICE.iter().find(|(folder, ..)| holds(head, folder.as_bytes())).map(|(_, kind, _)| *kind)
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

/// Text of any encoding that is built on ASCII: no control characters but those of lines and tabs.
pub(crate) fn is_text(bytes: &[u8]) -> bool {
    bytes.iter().all(|byte| *byte >= 0x20 && *byte != 0x7f || matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c))
}

/// A browser could run it: it begins with a tag.
fn looks_like_markup(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut rest = head.iter().skip_while(|byte| byte.is_ascii_whitespace());
    rest.next() == Some(&b'<')
        && rest.next().is_some_and(|byte| byte.is_ascii_alphabetic() || b"!?/".contains(byte))
}

/// The endings of names that go with a kind; the first is the usual one.
pub(crate) fn endings(media_type: &str) -> &'static [&'static str] {
    match media_type {
        "application/pdf" => &["pdf"],
        "application/zip" => &["zip"],
        "application/vnd.oasis.opendocument.presentation" => &["odp"],
        "application/vnd.oasis.opendocument.spreadsheet" => &["ods"],
        "application/vnd.oasis.opendocument.text" => &["odt"],
        "audio/m4a" => &["m4a"],
        "audio/mpeg" => &["mp3"],
        "audio/ogg" => &["ogg", "oga", "opus"],
        "audio/x-wav" => &["wav"],
        "image/gif" => &["gif"],
        "image/heif" => &["heic", "heif"],
        "image/jpeg" => &["jpg", "jpeg", "jpe", "jfif"],
        "image/png" => &["png"],
        "image/webp" => &["webp"],
        "text/csv" => &["csv"],
        "text/plain" => &["txt", "text", "log", "md", "ics", "vcf", "eml"],
        "video/mp4" => &["mp4", "m4v"],
        "video/quicktime" => &["mov", "qt"],
        "video/webm" => &["webm"],
        other => {
            OFFICE.iter().find(|(_, kind, _)| *kind == other).map_or(&["bin"], |(.., ending)| match *ending {
                "docx" => &["docx"],
                "xlsx" => &["xlsx"],
                _ => &["pptx"],
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_bytes_decide_and_not_the_name() {
        assert_eq!(sniff(b"%PDF-1.7 ...", "holiday.jpg"), "application/pdf");
        assert_eq!(sniff(b"\x89PNG\r\n\x1a\n....", "x.pdf"), "image/png");
        assert_eq!(
            sniff(b"MZ\x90\x00\x03\x00\x00\x00", "x.pdf"),
            "application/vnd.microsoft.portable-executable"
        );
        assert_eq!(sniff(b"\x7fELF\x02\x01\x01\x00", "x.txt"), "application/octet-stream");
        assert_eq!(sniff(b"\x00\x01\x02", "x.txt"), "application/octet-stream");
    }

    #[test]
    fn what_a_browser_could_run_is_not_plain_text() {
        for markup in
            ["<svg onload=alert(1)>", "  \n<!DOCTYPE html>", "\u{feff}<script>", "<?xml version='1.0'?>"]
        {
            let kind = sniff(markup.as_bytes(), "note.txt");
            assert!(!COMMON_TYPES.contains(&kind), "{markup} is {kind}");
        }
        assert_eq!(sniff(b"<3 thanks for the help", "note.txt"), "text/plain");
    }

    #[test]
    fn text_is_text_in_old_encodings_too_and_a_table_is_one_by_its_name() {
        assert_eq!(sniff("één regel\n".as_bytes(), "x"), "text/plain");
        assert_eq!(sniff(b"caf\xe9\r\n", "x"), "text/plain");
        assert_eq!(sniff(b"a;b\n1;2\n", "List.CSV"), "text/csv");
    }

    #[test]
    fn office_documents_are_known_in_any_packing_order() {
        let unusual = b"PK\x03\x04\x14\x00\x00\x00\x08\x00 docProps/app.xml ... [Content_Types].xml ... word/document.xml";
        assert_eq!(endings(sniff(unusual, "x")), ["docx"]);
        assert_eq!(sniff(b"PK\x03\x04\x14\x00\x00\x00\x08\x00 evil.exe", "x.docx"), "application/zip");
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_kind(bytes: Vec<u8>, name: String) {
            sniff(&bytes, &name);
        }
    }
}
