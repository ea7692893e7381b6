//! The built front-end, inside the binary. Files with a hash in their name are kept by browsers for a year; pages are
//! asked for anew each time.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{Error, ErrorCode};
use rust_embed::{EmbeddedFile, RustEmbed};
use web::Problem;

#[derive(RustEmbed)]
#[folder = "../../web/apps/staff/dist"]
#[allow_missing = true]
struct Staff;

#[derive(RustEmbed)]
#[folder = "../../web/apps/widget/dist"]
#[allow_missing = true]
struct Widget;

/// The desk: a file if there is one at this path, or else the page, which finds its own way.
pub(crate) fn staff(path: &str) -> Response {
    if let Some(file) = Staff::get(path) {
        return serve(path, &file);
    }
    if path.starts_with("api/") || path.starts_with("assets/") {
        return missing();
    }
    Staff::get("index.html").map_or_else(not_built, |page| serve("index.html", &page))
}

/// A file of the widget.
pub(crate) fn widget(path: &str) -> Response {
    Widget::get(path).map_or_else(missing, |file| serve(path, &file))
}

fn serve(path: &str, file: &EmbeddedFile) -> Response {
    let caching = if path.contains("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = file.metadata.mimetype().to_owned();
    let kind = if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind };
    ([(header::CONTENT_TYPE, kind), (header::CACHE_CONTROL, caching.into())], file.data.to_vec())
        .into_response()
}

fn missing() -> Response {
    Problem(Error::new(ErrorCode::NotFound, "There is nothing at this address.")).into_response()
}

fn not_built() -> Response {
    let text = "The front-end is not built. Run: make web\n";
    (StatusCode::SERVICE_UNAVAILABLE, text).into_response()
}
