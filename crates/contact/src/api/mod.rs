//! The endpoints of this room: take apart, ask the service, answer. What a person may do and why stands here beside
//! each address.

mod attachments;
mod cases;
mod contacts;
mod customers;
mod headers;
mod tasks;
mod timeline;

pub use headers::file_headers;

use crate::Contacts;
use axum::extract::DefaultBodyLimit;
use identity::Permission as May;
use identity::Purpose::CustomerService;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// All endpoints, for staff.
pub fn routes(contacts: Contacts) -> web::Router {
    let gate = contacts.identity().clone();
    let gate = |may, routes| gate.gate(may, CustomerService, routes);
    let (schemas, paths, upload) = gate(May::AnswerContacts, routes!(attachments::upload));
    // The store of files keeps to its own limit, while the bytes pass.
    let upload = (schemas, paths, upload.layer(DefaultBodyLimit::disable()));
    OpenApiRouter::new()
        .routes(gate(May::ReadContacts, routes!(contacts::list)))
        .routes(gate(May::ReadContacts, routes!(contacts::get)))
        .routes(gate(May::AnswerContacts, routes!(contacts::end)))
        .routes(gate(May::AnswerContacts, routes!(contacts::wrap_up)))
        .routes(gate(May::WriteCustomers, routes!(contacts::set_customer, contacts::unset_customer)))
        .routes(gate(May::WriteCases, routes!(contacts::set_case, contacts::unset_case)))
        .routes(gate(May::ReadContacts, routes!(contacts::reasons)))
        .routes(gate(May::ReadContacts, routes!(timeline::entries)))
        .routes(gate(May::AnswerContacts, routes!(timeline::send)))
        .routes(gate(May::AnswerContacts, routes!(timeline::note)))
        .routes(gate(May::AnswerContacts, routes!(timeline::read)))
        .routes(gate(May::ReadCustomers, routes!(customers::search)))
        .routes(gate(May::WriteCustomers, routes!(customers::make)))
        .routes(gate(May::ReadCustomers, routes!(customers::get)))
        .routes(gate(May::WriteCustomers, routes!(customers::change)))
        .routes(gate(May::ReadCustomers, routes!(customers::timeline)))
        .routes(gate(May::ReadCustomers, routes!(customers::contacts)))
        .routes(gate(May::ReadCases, routes!(cases::list)))
        .routes(gate(May::WriteCases, routes!(cases::open)))
        .routes(gate(May::ReadCases, routes!(cases::get)))
        .routes(gate(May::WriteCases, routes!(cases::change)))
        .routes(gate(May::ReadTasks, routes!(tasks::list)))
        .routes(gate(May::WriteTasks, routes!(tasks::make)))
        .routes(gate(May::WriteTasks, routes!(tasks::change)))
        .routes(upload)
        .routes(gate(May::ReadContacts, routes!(attachments::download)))
        .with_state(contacts)
}

/// The refusals that any endpoint may give.
struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> std::collections::BTreeMap<String, RefOr<Response>> {
        let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
        let response = ResponseBuilder::new()
            .description("A problem: what is wrong and what to do about it")
            .content("application/problem+json", problem)
            .build();
        [("default".to_owned(), RefOr::T(response))].into()
    }
}
