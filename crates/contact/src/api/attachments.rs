//! Files: in as a form, out with headers that keep a browser from running them.

use super::Refusals;
use super::headers::file_headers;
use crate::model::Author;
use crate::view::Attachment;
use crate::{Contacts, Upload};
use axum::body::Body;
use axum::extract::multipart::{Field, MultipartError, MultipartRejection};
use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base::{AttachmentId, ContactId, Error, ErrorCode, Result};
use futures::TryStreamExt;
use identity::Access;
use utoipa::ToSchema;
use web::{Answer, Json, Path};

/// A file for a contact. The field `contact_id` goes first.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes the form, which is read piece by piece")]
struct UploadForm {
    /// The contact.
    contact_id: ContactId,
    /// The file.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// Upload a file to a contact. Send it with a message within a day.
#[utoipa::path(post, path = "/api/v1/attachments", tag = "contact", operation_id = "upload_attachment",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = Attachment), Refusals))]
pub(super) async fn upload(
    State(contacts): State<Contacts>,
    access: Access,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<(StatusCode, Json<Attachment>)> {
    let mut form = form.map_err(|_| broken())?;
    let contact = contact_of(form.next_field().await.map_err(|error| unreadable(&error))?).await?;
    let file = form.next_field().await.map_err(|error| unreadable(&error))?;
    let file = file.filter(|field| field.name() == Some("file")).ok_or_else(|| {
        Error::invalid("file", "put the file in the field 'file', after the field 'contact_id'")
    })?;
    let name = file.file_name().unwrap_or_default().to_owned();
    let upload = Upload {
        contact,
        author: Author::Agent(access.membership()?),
        name: &name,
        content: file.map_err(|error| unreadable(&error)),
        limits: contacts.limits(),
    };
    let attachment = contacts.upload(&access, upload).await?;
    Ok((StatusCode::CREATED, Json(access.open(attachment)?)))
}

async fn contact_of(field: Option<Field<'_>>) -> Result<ContactId> {
    let mend = || Error::invalid("contact_id", "put the contact's id in the first field, 'contact_id'");
    let mut field = field.filter(|field| field.name() == Some("contact_id")).ok_or_else(mend)?;
    let mut text = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(|error| unreadable(&error))? {
        text.extend_from_slice(&piece);
        if text.len() > 64 {
            return Err(mend());
        }
    }
    String::from_utf8(text).ok().and_then(|text| text.parse().ok()).ok_or_else(mend)
}

fn broken() -> Error {
    Error::new(ErrorCode::Malformed, "Send the file as a form: multipart/form-data with a boundary.")
}

fn unreadable(error: &MultipartError) -> Error {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return Error::new(ErrorCode::TooLarge, "This file is too large. Send a smaller one.");
    }
    Error::new(
        ErrorCode::Malformed,
        "The file broke off before its end, or the form is not right; send it again.",
    )
}

/// Download a file. Pictures may be shown in a page; everything else is saved.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "contact", operation_id = "download_attachment",
    params(("id" = AttachmentId, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>), Refusals))]
pub(super) async fn download(
    State(contacts): State<Contacts>,
    access: Access,
    Path(id): Path<AttachmentId>,
) -> Answer<Response> {
    let file = contacts.file(access.organisation(), id).await?;
    let download = contacts.download(&access, file).await?;
    let body = Body::from_stream(download.content);
    Ok((file_headers(&download.attachment), body).into_response())
}
