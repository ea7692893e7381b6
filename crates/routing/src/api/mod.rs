//! The routes of this room, under `/api/v1`. Handlers are thin: take the request apart, act, put the answer together.

pub mod contacts;
pub mod queues;
mod seen;
pub mod setup;
pub mod socket;
pub mod work;

use crate::Routing;
use identity::{Permission as May, Purpose};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes.
pub fn routes(routing: Routing) -> web::Router {
    use Purpose::{Administration, CustomerService, Supervision};
    let gate = |permission, purpose, routes| routing.identity().gate(permission, purpose, routes);
    let router: OpenApiRouter<Routing> = OpenApiRouter::default()
        .routes(gate(May::OwnPresence, CustomerService, routes!(work::presence, work::set_presence)))
        .routes(gate(May::OwnPresence, CustomerService, routes!(work::work)))
        .routes(gate(May::OwnPresence, CustomerService, routes!(work::accept)))
        .routes(gate(May::OwnPresence, CustomerService, routes!(work::decline)))
        .routes(gate(May::OwnPresence, CustomerService, routes!(socket::live)))
        .routes(gate(May::TransferContacts, CustomerService, routes!(contacts::transfer)))
        .routes(gate(May::TransferContacts, CustomerService, routes!(contacts::requeue)))
        .routes(gate(May::ReadDecisions, Supervision, routes!(contacts::decisions)))
        .routes(gate(May::ReadQueues, CustomerService, routes!(queues::standing)))
        .routes(gate(May::ReadColleagues, CustomerService, routes!(queues::colleagues)))
        .routes(gate(May::ManageRouting, Administration, routes!(setup::skills, setup::create_skill)))
        .routes(gate(May::ManageRouting, Administration, routes!(setup::change_skill)))
        .routes(gate(May::ManageRouting, Administration, routes!(setup::queues, setup::create_queue)))
        .routes(gate(May::ManageRouting, Administration, routes!(setup::change_queue)))
        .routes(gate(
            May::ManageRouting,
            Administration,
            routes!(setup::entry_points, setup::create_entry_point),
        ))
        .routes(gate(May::ManageRouting, Administration, routes!(setup::change_entry_point)))
        .routes(gate(May::ManageRouting, Administration, routes!(setup::agent, setup::set_agent)));
    router.with_state(routing)
}
