//! What every room needs to speak HTTP: errors as problem+json, extractors whose refusals say what to do, paging,
//! idempotency keys, the layers around the whole service, and the live hub that pushes changes to screens.
//!
//! This room knows no person, no permission and no contact. Who may call what is decided in `identity`.

pub mod extract;
pub mod layers;
pub mod live;
mod page;
mod problem;

pub use extract::{Idempotency, Json, Path, Query};
pub use page::{Cursor, Page, PageQuery};
pub use problem::{Answer, Problem, ProblemBody};

/// The routes of a room, with their description for OpenAPI. State is already applied.
pub type Router = utoipa_axum::router::OpenApiRouter;

/// What `utoipa_axum::routes!` makes.
pub type MethodRouter = utoipa_axum::router::UtoipaMethodRouter;
