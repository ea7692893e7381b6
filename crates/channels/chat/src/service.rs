//! The service: what handlers and sockets hold.

use crate::limits::{Guard, Limits};
use crate::line::Line;
use crate::model::{Origin, Widget};
use crate::silence::Patience;
use crate::store::{self, ConversationRow};
use crate::token::Token;
use crate::view::VisitorView;
use base::{Env, Error, ErrorCode, OrganisationId, Result, Timestamp, WidgetId};
use contact::Contacts;
use db::Db;
use identity::Identity;
use quick_cache::sync::Cache;
use routing::Routing;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;
use vault::Vault;
use web::live::Hub;

/// Another node may change a widget; a cached one is looked up again after this long.
const TRUSTED: Duration = Duration::from_secs(10);
const CACHED_WIDGETS: usize = 1_000;

/// What an administrator of the installation decides.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// The public address, such as `https://balie.example`: where the widget's own page comes from.
    pub public_url: Option<String>,
    /// Abuse limits.
    pub limits: Limits,
    /// How long we wait for a visitor.
    pub patience: Patience,
}

/// Live chat on websites. Cheap to clone.
#[derive(Clone)]
pub struct Chat(Arc<Inner>);

struct Inner {
    view: VisitorView,
    vault: Vault,
    hub: Hub,
    guard: Guard,
    own: Option<Origin>,
    widgets: Cache<WidgetId, (Timestamp, Arc<Widget>)>,
    /// Since when this program runs: before that, nobody could be at the other end of a line.
    since: Timestamp,
}

impl fmt::Debug for Chat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chat(…)")
    }
}

impl VisitorView {
    /// The projector, to hand to the live hub, and then with the hub to [`Chat::new`].
    pub fn new(db: Db, contacts: Contacts, identity: Identity, routing: Routing, config: &Config) -> Self {
        Self::of(db, contacts, identity, Line::new(routing), config.patience)
    }
}

impl Chat {
    /// The service over the view whose projector the hub has.
    pub fn new(view: VisitorView, vault: Vault, hub: Hub, config: &Config) -> Result<Self> {
        let own = match &config.public_url {
            None => None,
            Some(url) => Some(Origin::parse(url.trim_end_matches('/')).ok_or_else(|| {
                Error::invalid(
                    "public_url",
                    "write the public address as https://balie.example, without a path",
                )
            })?),
        };
        let (guard, since) = (Guard::new(config.limits, view.db().env()), view.db().env().now());
        Ok(Self(Arc::new(Inner { view, vault, hub, guard, own, widgets: Cache::new(CACHED_WIDGETS), since })))
    }

    pub(crate) fn db(&self) -> &Db {
        self.0.view.db()
    }

    pub(crate) fn env(&self) -> &Env {
        self.0.view.db().env()
    }

    pub(crate) fn view(&self) -> &VisitorView {
        &self.0.view
    }

    pub(crate) fn contacts(&self) -> &Contacts {
        self.0.view.contacts()
    }

    pub(crate) fn identity(&self) -> &Identity {
        self.0.view.identity()
    }

    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    pub(crate) fn guard(&self) -> &Guard {
        &self.0.guard
    }

    pub(crate) fn since(&self) -> Timestamp {
        self.0.since
    }

    /// How an organisation calls itself.
    pub(crate) async fn organisation_name(&self, organisation: OrganisationId) -> Result<String> {
        let found = self.identity().organisation(organisation).await?;
        Ok(found.ok_or_else(|| Error::internal("a widget without an organisation"))?.name)
    }

    /// The active widget with this public key.
    pub(crate) async fn widget_with_key(&self, key: &str) -> Result<(OrganisationId, Arc<Widget>)> {
        let missing = || Error::not_found("widget");
        let mut conn = self.db().read_global().await?;
        let (organisation, id) = store::owner_of_key(&mut conn, key).await?.ok_or_else(missing)?;
        drop(conn);
        let widget = self.widget(organisation, id).await?;
        if widget.active { Ok((organisation, widget)) } else { Err(missing()) }
    }

    /// A widget, as it was at most [`TRUSTED`] ago.
    pub(crate) async fn widget(&self, organisation: OrganisationId, id: WidgetId) -> Result<Arc<Widget>> {
        let now = self.env().now();
        if let Some((read, widget)) = self.0.widgets.get(&id)
            && now.since(read) < TRUSTED
        {
            return Ok(widget);
        }
        let mut conn = self.db().read(organisation).await?;
        let widget = store::find_widget(&mut conn, id).await?.ok_or_else(|| Error::not_found("widget"))?;
        let widget = Arc::new(widget);
        self.0.widgets.insert(id, (now, widget.clone()));
        Ok(widget)
    }

    pub(crate) fn forget_widget(&self, id: WidgetId) {
        self.0.widgets.remove(&id);
    }

    /// The `frame-ancestors` of a widget's page: the websites that may show it.
    pub async fn frame_ancestors(&self, key: &str) -> Result<String> {
        Ok(self.widget_with_key(key).await?.1.frame_ancestors())
    }

    /// Refuses what comes from a website that may not use this widget. Our own page may, and so may a program that is
    /// no browser: it sends no origin.
    pub(crate) fn check_origin(&self, widget: &Widget, from: &SentFrom) -> Result<()> {
        match &from.origin {
            SentOrigin::Nothing => Ok(()),
            SentOrigin::Site(origin) if self.is_own(origin, from) || widget.allows(origin) => Ok(()),
            SentOrigin::Site(_) | SentOrigin::NoSite => Err(Error::new(
                ErrorCode::OriginNotAllowed,
                "An administrator can add this website to the widget's list.",
            )),
        }
    }

    fn is_own(&self, origin: &Origin, from: &SentFrom) -> bool {
        self.0.own.as_ref() == Some(origin) || from.host.as_ref().is_some_and(|host| origin.is_host(host))
    }

    /// The conversation that a token opens. A token that opens nothing and one of somebody else look the same.
    pub(crate) async fn conversation_of(&self, token: &str) -> Result<(OrganisationId, ConversationRow)> {
        let missing = || Error::not_found("conversation");
        let token = Token::parse(token).ok_or_else(missing)?;
        let mut conn = self.db().read_global().await?;
        let (organisation, id) =
            store::owner_of_token(&mut conn, &token.hash()).await?.ok_or_else(missing)?;
        drop(conn);
        Ok((organisation, self.conversation_row(organisation, id).await?))
    }

    pub(crate) async fn conversation_row(
        &self,
        organisation: OrganisationId,
        id: base::ConversationId,
    ) -> Result<ConversationRow> {
        let mut conn = self.db().read(organisation).await?;
        store::find_conversation(&mut conn, id).await?.ok_or_else(|| Error::not_found("conversation"))
    }
}

impl Widget {
    fn allows(&self, origin: &Origin) -> bool {
        self.settings.origins.iter().any(|allowed| allowed.allows(origin))
    }
}

/// What a request says of the website it comes from.
#[derive(Clone, Debug)]
pub(crate) enum SentOrigin {
    /// Nothing: it comes from no browser, or from our own page.
    Nothing,
    /// Something that is no website, such as `null`.
    NoSite,
    /// This website.
    Site(Origin),
}

impl SentOrigin {
    /// Reads what was sent.
    pub(crate) fn read(sent: &str) -> Self {
        Origin::parse(sent).map_or(Self::NoSite, Self::Site)
    }
}

/// Where a request says it comes from.
#[derive(Clone, Debug)]
pub(crate) struct SentFrom {
    /// The website.
    pub(crate) origin: SentOrigin,
    /// The host that was asked.
    pub(crate) host: Option<String>,
}
