//! The pages of the demo: the websites with their widgets, the list of sign-ins, and the mailbox in which everything
//! lands that the demo mails. Only `balie demo` serves them.

mod html;
mod index;
mod mailbox;
mod site;

pub(crate) use index::roles;

use super::content::World;
use super::folder::Made;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use base::Error;
use email::mailbox::Mailbox;
use html::Html;
use serde::Deserialize;
use std::sync::Arc;
use web::Problem;

/// What the pages show.
#[derive(Clone, Debug)]
pub(crate) struct Pages {
    world: Arc<World>,
    made: Arc<[Made]>,
    mailbox: Mailbox,
}

impl Pages {
    pub(crate) fn new(world: Arc<World>, made: &[Made], mailbox: Mailbox) -> Self {
        Self { world, made: made.into(), mailbox }
    }

    /// The addresses, all below `/demo`.
    pub(crate) fn routes(self) -> axum::Router {
        axum::Router::new()
            .route("/demo", get(async || Redirect::permanent("/demo/")))
            .route("/demo/", get(list))
            .route("/demo/site.css", get(async || style(include_str!("site.css"))))
            .route("/demo/demo.css", get(async || style(include_str!("demo.css"))))
            .route("/demo/mailbox", get(letters))
            .route("/demo/mailbox/{message_id}", get(letter))
            .route(
                "/demo/{slug}",
                get(async |Path(slug): Path<String>| Redirect::permanent(&format!("/demo/{slug}/"))),
            )
            .route("/demo/{slug}/", get(website))
            .with_state(self)
    }
}

#[derive(Debug, Deserialize)]
struct Asked {
    lang: Option<String>,
}

impl Asked {
    fn language(&self) -> &'static str {
        if self.lang.as_deref() == Some("en") { "en" } else { "nl" }
    }
}

fn style(text: &'static str) -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], text)
}

async fn list(State(pages): State<Pages>, Query(asked): Query<Asked>) -> Html {
    index::page(&pages.world, asked.language())
}

async fn website(
    State(pages): State<Pages>,
    Path(slug): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Html, Problem> {
    let organisation = pages.world.organisations.iter().find(|organisation| organisation.setup.slug == slug);
    let made = pages.made.iter().find(|made| made.slug == slug);
    let (Some(organisation), Some(made)) = (organisation, made) else {
        return Err(Error::not_found("website").into());
    };
    Ok(site::page(organisation, &made.widget_key, asked.language()))
}

async fn letters(State(pages): State<Pages>, Query(asked): Query<Asked>) -> Html {
    mailbox::list(&pages.mailbox.letters(), asked.language())
}

async fn letter(
    State(pages): State<Pages>,
    Path(message_id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Problem> {
    let letters = pages.mailbox.letters();
    let found = letters.iter().find(|letter| letter.message_id == message_id);
    let letter = found.ok_or_else(|| Error::not_found("letter"))?;
    Ok(mailbox::letter(letter, asked.language()).into_response())
}
