//! Cases, read, opened and changed from outside.

use super::Contacts;
use crate::actions::{self, CaseChange, NewCase};
use crate::check::{self, Check};
use crate::content::CASE_SUBJECT;
use crate::model::CaseState;
use crate::store::cases::{self, CaseRow};
use crate::store::{Place, customers};
use crate::view::{Case, Line};
use base::{CaseId, ContactId, CustomerId, Error, ErrorCode, OrganisationId, Result, Subject};
use db::Tx;
use db::idempotency::{IdempotencyKey, Once, once};
use identity::{Access, Personal};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use vault::Sealer;
use web::Page;

/// Which cases to list.
#[derive(Clone, Copy, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct CaseList {
    /// In this state.
    pub state: Option<CaseState>,
    /// Of this customer.
    pub customer: Option<CustomerId>,
}

/// A case to open: for a customer, from a contact, or both.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCase)]
pub struct CaseToOpen {
    /// What it is about, in one line.
    pub subject: String,
    /// Whose question it is.
    #[serde(default)]
    pub customer_id: Option<CustomerId>,
    /// The contact in which it was asked; it then belongs to the case.
    #[serde(default)]
    pub contact_id: Option<ContactId>,
}

/// What changes in a case; what is absent stays.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseChange)]
pub struct CasePatch {
    /// The version that you looked at.
    pub version: i64,
    /// What it is about.
    pub subject: Option<String>,
    /// Closed, or open again.
    pub state: Option<CaseState>,
    /// Whose question it turns out to be.
    pub customer_id: Option<CustomerId>,
}

impl Contacts {
    /// One case.
    pub async fn case(&self, organisation: OrganisationId, case: CaseId) -> Result<Line<Case>> {
        let mut conn = self.db().read(organisation).await?;
        let row = cases::get(&mut conn, case).await?;
        drop(conn);
        self.case_line(organisation, row).await
    }

    /// A page of cases, newest first.
    pub async fn cases(
        &self,
        organisation: OrganisationId,
        list: &CaseList,
        after: Option<&str>,
        limit: u32,
    ) -> Result<Page<Line<Case>>> {
        let place = Place::parse(after)?;
        let mut conn = self.db().read(organisation).await?;
        let rows = cases::page(&mut conn, list.state, list.customer, &place, limit + 1).await?;
        drop(conn);
        let page = Page::of(rows, limit, |row: &CaseRow| Place::key(row.opened_at, row.id));
        let mut items = Vec::with_capacity(page.items.len());
        for row in page.items {
            items.push(self.case_line(organisation, row).await?);
        }
        Ok(Page { items, next: page.next })
    }

    /// Opens a case; a repeat with the same key finds what it made.
    pub async fn open_case(
        &self,
        access: &Access,
        new: &CaseToOpen,
        key: Option<IdempotencyKey>,
    ) -> Result<Line<Case>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        let mut check = Check::default();
        let subject = check.line("subject", &new.subject, check::LINE);
        check.done()?;
        let sealer = match (new.customer_id, new.contact_id) {
            (Some(customer), _) => self.customer_sealer(access, customer).await?,
            (None, Some(contact)) => self.sealer_for(access, contact).await?,
            (None, None) => {
                let message = "say for which customer or from which contact the case is opened";
                return Err(Error::invalid("customer_id", message));
            }
        };
        let id: CaseId = self.db().env().new_id();
        let subject_sealed = sealer.seal(CASE_SUBJECT, subject.as_bytes())?;
        let new = NewCase { id, subject_sealed, customer: new.customer_id, contact: new.contact_id };
        let write = async move |tx: &mut Tx| {
            if let Some(key) = key
                && let Once::Repeat(made) = once(tx, &actor.to_string(), &key, &id.to_string()).await?
            {
                return made.parse().map_err(Error::internal);
            }
            actions::open_case(tx, actor, new).await?;
            Ok(id)
        };
        let made: CaseId = self.db().write(organisation, write).await?;
        self.case(organisation, made).await
    }

    /// Changes a case that is still at the version that was looked at.
    pub async fn change_case(&self, access: &Access, case: CaseId, patch: &CasePatch) -> Result<Line<Case>> {
        let (organisation, actor, version) = (access.organisation(), access.actor(), patch.version);
        let mut check = Check::default();
        let subject = patch.subject.as_deref().map(|subject| check.line("subject", subject, check::LINE));
        check.done()?;
        let mut conn = self.db().read(organisation).await?;
        let row = cases::get(&mut conn, case).await?;
        drop(conn);
        // The words go along to the key of the new owner, so that they are erased with them.
        let subject_sealed = match (subject, patch.customer_id.filter(|id| row.customer != Some(*id))) {
            (None, None) => None,
            (subject, moves_to) => {
                let subject = match subject {
                    Some(subject) => subject,
                    None => self.case_words(organisation, &row).await?,
                };
                let sealer = self.case_sealer(access, &row, moves_to).await?;
                Some(sealer.seal(CASE_SUBJECT, subject.as_bytes())?)
            }
        };
        let change = CaseChange { subject_sealed, state: patch.state, customer: patch.customer_id };
        let write = async move |tx: &mut Tx| actions::change_case(tx, actor, case, version, change).await;
        self.db().write(organisation, write).await?;
        self.case(organisation, case).await
    }

    async fn case_words(&self, organisation: OrganisationId, row: &CaseRow) -> Result<String> {
        let erased =
            || Error::new(ErrorCode::Erased, "The words of this case were erased. Give it new ones.");
        let sealed = row.subject_sealed.as_ref().ok_or_else(erased)?;
        self.vault().open_text(organisation, CASE_SUBJECT, sealed).await
    }

    /// What seals the words of a case: the key of its customer, or of the contact it was opened from.
    pub(super) async fn case_sealer(
        &self,
        access: &Access,
        row: &CaseRow,
        moves_to: Option<CustomerId>,
    ) -> Result<Sealer> {
        match (moves_to.or(row.customer), row.opened_from) {
            (Some(customer), _) => self.customer_sealer(access, customer).await,
            (None, Some(contact)) => self.sealer_for(access, contact).await,
            (None, None) => Err(Error::internal("a case that is nobody's")),
        }
    }

    /// What seals what is about a customer, for somebody who may use their data.
    pub(super) async fn customer_sealer(&self, access: &Access, customer: CustomerId) -> Result<Sealer> {
        let organisation = access.organisation();
        let mut conn = self.db().read(organisation).await?;
        let row = customers::get(&mut conn, customer).await?;
        drop(conn);
        access.open(Personal::new(Subject::Customer(customer), ()).restricted(row.restricted))?;
        self.vault().sealer(organisation, row.key).await
    }
}
