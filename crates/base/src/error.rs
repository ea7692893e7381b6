//! The one error type of all rooms. A code says what kind of thing went wrong, and so which HTTP status it becomes;
//! the detail says what to do about it, in words for the person who meets it. No personal data, no secret.

use std::borrow::Cow;
use std::fmt;

/// The result of anything that can be refused or fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = $code:literal, $status:literal, $title:literal;)+) => {
        /// What kind of thing went wrong. The codes are part of the public interface and never change meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorCode { $($(#[$doc])* $variant,)+ }

        impl ErrorCode {
            /// All codes, for the published table.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as it stands in an answer.
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status that goes with it (RFC 9110).
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// A short title, the same for every error with this code (RFC 9457).
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

error_codes! {
    /// A field, parameter or body is wrong; the fields say which and how to mend it.
    Invalid = "invalid", 422, "The request has a mistake in it";
    /// The body is not the JSON, form or text it should be.
    Malformed = "malformed", 400, "The request cannot be read";
    /// Nobody is signed in, or the session has ended.
    SignInNeeded = "sign_in_needed", 401, "Sign in first";
    /// The address and password do not belong together.
    WrongCredentials = "wrong_credentials", 401, "The e-mail address or the password is not right";
    /// Signed in, but not allowed to do this.
    Forbidden = "forbidden", 403, "You may not do this";
    /// The purpose of the request is not a registered processing activity of the organisation.
    PurposeNotRegistered = "purpose_not_registered", 403, "There is no registered purpose for this";
    /// The person concerned objected or asked for restriction (GDPR art. 18 and 21).
    Restricted = "restricted", 403, "This person has restricted the use of their data";
    /// It does not exist, or belongs to somebody else; the two look the same from outside.
    NotFound = "not_found", 404, "This does not exist";
    /// The method does not fit the address.
    MethodNotAllowed = "method_not_allowed", 405, "This address does not take that method";
    /// The state of the thing does not allow it (any more), or somebody else was first.
    Conflict = "conflict", 409, "This has changed in the meantime";
    /// The content was erased.
    Erased = "erased", 410, "This was erased";
    /// The body or file is larger than allowed.
    TooLarge = "too_large", 413, "This is too large";
    /// The kind of file or body is not accepted.
    UnsupportedType = "unsupported_type", 415, "This kind of content is not accepted";
    /// The virus scanner found something in a file.
    Infected = "infected", 422, "The file is not safe";
    /// An idempotency key came back with another request.
    KeyReused = "idempotency_key_reused", 422, "This idempotency key belongs to another request";
    /// Too many requests from here; the header Retry-After says when to try again.
    TooManyRequests = "too_many_requests", 429, "Too many requests";
    /// The website that shows the widget is not on the organisation's list.
    OriginNotAllowed = "origin_not_allowed", 403, "This website may not use this widget";
    /// A service that we need (database, scanner, mail server) does not answer now. Trying again is safe.
    Unavailable = "unavailable", 503, "This does not work right now";
    /// A mistake of ours.
    Internal = "internal", 500, "A fault on our side";
}

/// One wrong field of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// Its name, as a path with dots.
    pub field: Cow<'static, str>,
    /// What to do about it.
    pub message: Cow<'static, str>,
}

/// Something was refused or failed.
pub struct Error {
    code: ErrorCode,
    detail: Cow<'static, str>,
    fields: Vec<FieldError>,
    retry_after: Option<std::time::Duration>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// An error with a code and a sentence that says what to do.
    pub fn new(code: ErrorCode, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { code, detail: detail.into(), fields: Vec::new(), retry_after: None, source: None }
    }

    /// One wrong field.
    pub fn invalid(field: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        let message = message.into();
        Self::new(ErrorCode::Invalid, message.clone()).with_field(field, message)
    }

    /// The thing does not exist for whoever asks.
    pub fn not_found(what: &'static str) -> Self {
        Self::new(ErrorCode::NotFound, format!("There is no such {what}, or it is not yours to see."))
    }

    /// The state of the thing does not allow it.
    pub fn conflict(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Conflict, detail)
    }

    /// Signed in, but not allowed.
    pub fn forbidden(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Forbidden, detail)
    }

    /// Something we depend on does not answer.
    pub fn unavailable(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorCode::Unavailable, detail)
    }

    /// A mistake of ours. The source goes to the log, never to the caller.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(
            ErrorCode::Internal,
            "The fault has been logged. Try again, or tell your administrator the time.",
        )
        .with_source(source)
    }

    /// Adds a wrong field.
    #[must_use]
    pub fn with_field(
        mut self,
        field: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.fields.push(FieldError { field: field.into(), message: message.into() });
        self
    }

    /// Adds when to try again.
    #[must_use]
    pub fn with_retry_after(mut self, wait: std::time::Duration) -> Self {
        self.retry_after = Some(wait);
        self
    }

    /// Adds the technical cause.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// What kind of thing went wrong.
    pub fn code(&self) -> ErrorCode {
        self.code
    }

    /// What to do about it.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The wrong fields, if it is about fields.
    pub fn fields(&self) -> &[FieldError] {
        &self.fields
    }

    /// When to try again, if that is known.
    pub fn retry_after(&self) -> Option<std::time::Duration> {
        self.retry_after
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")?;
        for field in &self.fields {
            write!(f, " [{}: {}]", field.field, field.message)?;
        }
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.code(), self.detail)
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| &**source as &(dyn std::error::Error + 'static))
    }
}
