//! The routes of this room, under `/api/v1`. Handlers are thin: take the request apart, act, put the answer together.

pub mod audit;
pub mod looks;
pub mod members;
pub mod organisation;
pub mod session;

use crate::{Identity, Permission, Purpose};
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// A list that is short enough to be given whole.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Items<T> {
    /// All of them.
    pub items: Vec<T>,
}

/// The routes.
pub fn routes(identity: Identity) -> web::Router {
    use Permission as May;
    use Purpose::{Accountability, Administration};
    let gate = |permission, purpose, routes| identity.gate(permission, purpose, routes);
    let router: OpenApiRouter<Identity> = OpenApiRouter::default()
        .routes(identity.public(routes!(session::sign_in)))
        .routes(identity.own(routes!(session::show, session::sign_out)))
        .routes(identity.own(routes!(session::switch_organisation)))
        .routes(identity.own(routes!(session::change_person)))
        .routes(identity.own(routes!(session::change_password)))
        .routes(identity.own(routes!(session::list)))
        .routes(identity.own(routes!(session::end)))
        .routes(gate(May::ReadColleagues, Administration, routes!(organisation::sites)))
        .routes(gate(May::ManageSites, Administration, routes!(organisation::create_site)))
        .routes(gate(May::ManageSites, Administration, routes!(organisation::rename_site)))
        .routes(gate(May::ReadColleagues, Administration, routes!(organisation::teams)))
        .routes(gate(May::ManageSites, Administration, routes!(organisation::create_team)))
        .routes(gate(May::ManageSites, Administration, routes!(organisation::change_team)))
        .routes(gate(May::ManageActivities, Administration, routes!(organisation::activities)))
        .routes(gate(May::ManageActivities, Administration, routes!(organisation::switch_activity)))
        .routes(gate(May::ReadAccessMatrix, Administration, routes!(organisation::access_matrix)))
        .routes(gate(May::ManagePeople, Administration, routes!(members::list, members::invite)))
        .routes(gate(May::ManagePeople, Administration, routes!(members::show, members::change)))
        .routes(gate(May::ReadAudit, Accountability, routes!(audit::list)))
        .routes(gate(May::ReadAudit, Accountability, routes!(audit::prove)))
        .routes(gate(May::ReadAudit, Accountability, routes!(audit::head)))
        .routes(gate(May::ReadLooks, Accountability, routes!(looks::list)));
    router.with_state(identity)
}

/// Tells "absent" from "null" in a request that changes something: absent leaves it, null empties it.
#[expect(clippy::option_option, reason = "the three cases are: absent, null, a value")]
pub(crate) fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    from: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(from).map(Some)
}
