//! Files that a visitor sends and gets.

use super::Caller;
use crate::model::{FILE_TYPES, VisitorAttachment};
use crate::service::Chat;
use crate::store;
use crate::view::visitor_access;
use axum::body::Body;
use axum::extract::State;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base::{AttachmentId, Error, ErrorCode, Result};
use contact::Upload;
use contact::model::Author;
use contact::view::Attachment;
use futures::StreamExt;
use utoipa::ToSchema;
use web::{Answer, Json, Path, ProblemBody};

/// A file in a form.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "describes the form; its parts are read as a stream")]
pub(super) struct FileForm {
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Sends a file, to be said with a message after this.
#[utoipa::path(
    post,
    path = "/api/v1/chat/attachments",
    tag = "chat",
    operation_id = "upload_chat_file",
    request_body(content = FileForm, content_type = "multipart/form-data"),
    responses(
        (status = 201, body = VisitorAttachment),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn upload(
    State(chat): State<Chat>,
    caller: Caller,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<(StatusCode, Json<VisitorAttachment>)> {
    let (organisation, row) = caller.conversation(&chat).await?;
    let key = (organisation, row.id);
    chat.guard().file(key)?;
    let broken =
        |_| Error::new(ErrorCode::Malformed, "Send the file as a form: multipart/form-data with a boundary.");
    let mut form = form.map_err(broken)?;
    let field = form.next_field().await.map_err(|error| unreadable(&error))?;
    let field = field.filter(|field| field.name() == Some("file"));
    let field =
        field.ok_or_else(|| Error::invalid("file", "send the file as the form's first part, named file"))?;
    let name = field.file_name().unwrap_or("file").to_owned();
    let guard = chat.guard().clone();
    let content = field.map(move |piece| {
        let piece = piece.map_err(|error| unreadable(&error))?;
        guard.file_bytes(key, piece.len())?;
        Ok(piece)
    });
    let limits = blob::Limits {
        bytes: chat.guard().limits().file_bytes,
        types: FILE_TYPES.iter().map(|&kind| kind.to_owned()).collect(),
    };
    let upload =
        Upload { contact: row.contact, author: Author::Customer, name: &name, content, limits: &limits };
    let subject = chat.contacts().subject_of(organisation, row.contact).await?.subject();
    let access = visitor_access(organisation, row.contact, subject);
    let stored = access.open(chat.contacts().upload(&access, upload).await?)?;
    Ok((StatusCode::CREATED, Json(shown(stored))))
}

fn shown(file: Attachment) -> VisitorAttachment {
    let size = u64::try_from(file.size).unwrap_or(0);
    VisitorAttachment { id: file.id, name: file.name, media_type: file.media_type, size }
}

fn unreadable(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::new(ErrorCode::TooLarge, "This file is too large. Send a smaller one.");
    }
    Error::new(ErrorCode::Malformed, "The file broke off before its end; send it again as a form.")
}

/// A file of the visitor's own conversation.
#[utoipa::path(
    get,
    path = "/api/v1/chat/attachments/{id}",
    tag = "chat",
    operation_id = "chat_file",
    params(("id" = AttachmentId, Path, description = "The file")),
    responses(
        (status = 200, description = "The file", content_type = "application/octet-stream"),
        (status = 404, body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub(super) async fn download(
    State(chat): State<Chat>,
    caller: Caller,
    Path(id): Path<AttachmentId>,
) -> Answer<Response> {
    let (organisation, row) = caller.conversation(&chat).await?;
    let file = chat.contacts().file(organisation, id).await?;
    let mut conn = chat.db().read(organisation).await?;
    let talks = store::talks(&mut conn, row.id).await?;
    drop(conn);
    let own = talks.iter().any(|talk| talk.contact == file.contact);
    // What a colleague uploaded and has not sent is not said yet.
    if !own || (file.seq.is_none() && file.author != Author::Customer) {
        return Err(Error::not_found("file").into());
    }
    let access = visitor_access(organisation, file.contact, file.attachment.subject());
    let download = chat.contacts().download(&access, file).await?;
    Ok(file_response(&download.attachment, Body::from_stream(download.content))?)
}

/// A file never acts as a page: it is downloaded, except for pictures, and may not run or load anything.
fn file_response(file: &Attachment, body: Body) -> Result<Response> {
    let picture = file.media_type.starts_with("image/") && file.media_type != "image/svg+xml";
    let place = if picture { "inline" } else { "attachment" };
    let disposition = format!("{place}; filename*=UTF-8''{}", percent(&file.name));
    let value = |text: &str| HeaderValue::from_str(text).map_err(Error::internal);
    let headers = [
        (header::CONTENT_TYPE, value(&file.media_type)?),
        (header::CONTENT_LENGTH, HeaderValue::from(file.size)),
        (header::CONTENT_DISPOSITION, value(&disposition)?),
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("default-src 'none'; sandbox")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-store")),
    ];
    Ok((headers, body).into_response())
}

/// RFC 8187.
fn percent(name: &str) -> String {
    let keep = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes()
        .map(|byte| if keep(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::id::Id;

    fn headers(name: &str, media_type: &str) -> (String, String) {
        let file = Attachment {
            id: AttachmentId::from_raw(1),
            name: name.into(),
            media_type: media_type.into(),
            size: 3,
            scanned: false,
        };
        let response = file_response(&file, Body::empty()).unwrap();
        let text = |name| response.headers()[name].to_str().unwrap().to_owned();
        (text(header::CONTENT_DISPOSITION), text(header::CONTENT_SECURITY_POLICY))
    }

    #[test]
    fn a_name_cannot_write_headers_and_only_pictures_are_shown_in_place() {
        let (disposition, policy) = headers("a\"\r\nSet-Cookie: x=é;.html", "text/html");
        assert_eq!(disposition, "attachment; filename*=UTF-8''a%22%0D%0ASet-Cookie%3A%20x%3D%C3%A9%3B.html");
        assert!(policy.contains("sandbox"));
        assert!(headers("a.png", "image/png").0.starts_with("inline"));
        assert!(headers("a.svg", "image/svg+xml").0.starts_with("attachment"));
    }
}
