//! `/docs/errors`: the published table of error codes, where the `type` of each problem points.

use axum::response::Html;
use base::ErrorCode;
use std::fmt::Write;

/// The page.
pub(crate) async fn page() -> Html<String> {
    let mut rows = String::new();
    for code in ErrorCode::ALL {
        let (name, status, title) = (code.code(), code.status(), code.title());
        // Writing to a text cannot fail.
        let _ = write!(
            rows,
            "<tr id=\"{name}\"><td><code>{name}</code></td><td>{status}</td><td>{title}</td></tr>"
        );
    }
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Error codes of Balie</title><style>:root{{color-scheme:light dark}}body{{font:1rem/1.5 system-ui;\
         max-width:48rem;margin:2rem auto;padding:0 1rem}}td,th{{padding:.25rem .75rem;text-align:left;\
         vertical-align:top}}tr:target{{outline:2px solid}}</style><h1>Error codes</h1><p>Each error is \
         <code>application/problem+json</code> (RFC 9457). Its <code>code</code> never changes meaning; its \
         <code>detail</code> says what to do; <code>fields</code> name what is wrong in the request.</p>\
         <table><tr><th>code</th><th>status</th><th>title</th></tr>{rows}</table></html>"
    ))
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn every_code_can_be_linked_to() {
        let page = super::page().await.0;
        for code in base::ErrorCode::ALL {
            assert!(page.contains(&format!("id=\"{}\"", code.code())), "{code:?}");
        }
    }
}
