//! HTML that is safe by construction: text comes in through [`Html::text`] and is escaped, markup is written here.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use std::fmt::{self, Write};

/// Markup.
#[derive(Clone, Debug, Default)]
pub(super) struct Html(String);

impl Html {
    /// Markup of our own.
    pub(super) fn markup(markup: impl Into<String>) -> Self {
        Self(markup.into())
    }

    /// Text of anybody.
    pub(super) fn text(text: &str) -> Self {
        let mut html = String::with_capacity(text.len());
        for letter in text.chars() {
            match letter {
                '&' => html.push_str("&amp;"),
                '<' => html.push_str("&lt;"),
                '>' => html.push_str("&gt;"),
                '"' => html.push_str("&quot;"),
                '\'' => html.push_str("&#39;"),
                letter => html.push(letter),
            }
        }
        Self(html)
    }

    /// All of it after each other.
    pub(super) fn join(parts: impl IntoIterator<Item = Html>) -> Self {
        let mut html = Self::default();
        for part in parts {
            // Writing to a string does not fail.
            let _ = write!(html.0, "{part}");
        }
        html
    }
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl IntoResponse for Html {
    fn into_response(self) -> Response {
        ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], self.0).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_never_markup() {
        let html = Html::text("<script>alert('x')</script> & \"y\"");
        assert_eq!(html.to_string(), "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;");
    }
}
