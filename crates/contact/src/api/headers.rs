//! The headers under which a file that somebody sent is handed out: it can be looked at or saved, and never run.

use crate::view::Attachment;
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use std::fmt::Write;

/// Kinds that a page may show. No SVG: it can hold scripts.
const SHOWN: &[&str] = &["image/gif", "image/jpeg", "image/png", "image/webp"];

/// The headers of a file.
pub fn file_headers(attachment: &Attachment) -> HeaderMap {
    let shown = SHOWN.contains(&attachment.media_type.as_str());
    let way = if shown { "inline" } else { "attachment" };
    let fixed = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::CACHE_CONTROL, "private, no-store"),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ];
    let mut headers: HeaderMap =
        fixed.into_iter().map(|(name, value)| (name, HeaderValue::from_static(value))).collect();
    let computed = [
        (header::CONTENT_TYPE, attachment.media_type.clone()),
        (header::CONTENT_LENGTH, attachment.size.to_string()),
        (header::CONTENT_DISPOSITION, disposition(way, &attachment.name)),
    ];
    for (name, value) in computed {
        // What cannot stand in a header is left out; the browser then saves it as something unnamed.
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    headers
}

/// RFC 6266, with the name in ASCII for old programs and in UTF-8 for the others.
fn disposition(way: &str, name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|c| if c.is_ascii_graphic() && !"\"\\%;".contains(c) || c == ' ' { c } else { '_' })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    format!("{way}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Env;

    fn headers_of(name: &str, media_type: &str) -> HeaderMap {
        let (env, _) = Env::test(1);
        file_headers(&Attachment {
            id: env.new_id(),
            name: name.into(),
            media_type: media_type.into(),
            size: 3,
            scanned: false,
        })
    }

    #[test]
    fn a_picture_is_shown_and_everything_else_is_saved() {
        assert!(
            headers_of("a.png", "image/png")["content-disposition"].to_str().unwrap().starts_with("inline")
        );
        for saved in ["text/html", "image/svg+xml", "application/pdf", "text/plain"] {
            let headers = headers_of("a", saved);
            assert!(headers["content-disposition"].to_str().unwrap().starts_with("attachment"), "{saved}");
            assert_eq!(headers["x-content-type-options"], "nosniff");
            assert!(headers["content-security-policy"].to_str().unwrap().contains("sandbox"));
        }
    }

    #[test]
    fn a_name_cannot_break_out_of_its_header() {
        let headers = headers_of("a\";\r\nSet-Cookie: x=\"é.pdf", "application/pdf");
        let text = headers["content-disposition"].to_str().unwrap();
        assert!(text.contains("filename=\"a____Set-Cookie: x=__.pdf\""), "{text}");
        assert!(text.ends_with("filename*=UTF-8''a%22%3B%0D%0ASet-Cookie%3A%20x%3D%22%C3%A9.pdf"), "{text}");
    }
}
