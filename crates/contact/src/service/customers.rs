//! Customers, found, made and changed from outside.

use super::Contacts;
use crate::actions::{self, CustomerChange, NewCustomer};
use crate::check::{self, Check};
use crate::content::{CUSTOMER_NAME, HANDLE};
use crate::model::{CustomerKind, HandleKind, name_words};
use crate::store::customers::{self, SealedHandle, SealedName};
use crate::view::{Customer, Line};
use base::{CustomerId, Error, Language, OrganisationId, Result, Subject};
use db::Tx;
use db::idempotency::{IdempotencyKey, Once, once};
use identity::{Access, Personal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use vault::{BlindIndex, Sealer};

const FOUND: u32 = 20;
const NAME_WORD: &str = "customer_word";

/// A customer to make.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewCustomer)]
pub struct CustomerToMake {
    /// A person or an organisation.
    pub kind: CustomerKind,
    /// The name, if it is known.
    pub name: Option<String>,
    /// What they speak.
    pub language: Language,
    /// Where they can be reached or recognised.
    #[serde(default)]
    pub handles: Vec<HandleToAdd>,
}

/// An address or handle to add.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewHandle)]
pub struct HandleToAdd {
    /// What it is.
    pub kind: HandleKind,
    /// As it was given.
    pub value: String,
}

/// What changes in a customer; what is absent stays.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CustomerChange)]
pub struct CustomerPatch {
    /// The version that you looked at.
    pub version: i64,
    /// A person or an organisation.
    pub kind: Option<CustomerKind>,
    /// Another name.
    pub name: Option<String>,
    /// Another language.
    pub language: Option<Language>,
    /// All handles, in place of those there were.
    pub handles: Option<Vec<HandleToAdd>>,
    /// Whether the person restricted the use of their data. Goes alone: change other things before or after.
    pub restricted: Option<bool>,
}

impl Contacts {
    /// One customer.
    pub async fn customer(
        &self,
        organisation: OrganisationId,
        customer: CustomerId,
    ) -> Result<Line<Customer>> {
        let mut conn = self.db().read(organisation).await?;
        let row = customers::get(&mut conn, customer).await?;
        let handles = customers::handles(&mut conn, customer).await?;
        drop(conn);
        self.customer_line(organisation, row, handles).await
    }

    /// Customers with this handle, or with all these words in their name. Whole words only: nothing in the database
    /// tells how a name begins.
    pub async fn find_customers(
        &self,
        organisation: OrganisationId,
        text: &str,
    ) -> Result<Vec<Line<Customer>>> {
        let mut check = Check::default();
        let text = check.line("text", text, check::HANDLE);
        check.done()?;
        let blind = self.vault().blind(organisation).await?;
        let mut conn = self.db().read(organisation).await?;
        let mut found = Vec::new();
        for kind in HandleKind::ALL.iter().filter(|kind| kind.complaint(&text).is_none()) {
            let value = handle_blind(&blind, *kind, &text);
            found.extend(customers::by_handle(&mut conn, &value, FOUND).await?);
        }
        found.extend(customers::by_words(&mut conn, &search_words(&blind, &text), FOUND).await?);
        let mut customers = Vec::new();
        for (at, id) in found.iter().enumerate().filter(|(at, id)| !found[..*at].contains(id)) {
            if at < FOUND as usize
                && let Some(row) = customers::find(&mut conn, *id).await?
            {
                customers.push((row, customers::handles(&mut conn, *id).await?));
            }
        }
        drop(conn);
        let mut lines = Vec::with_capacity(customers.len());
        for (row, handles) in customers {
            lines.push(self.customer_line(organisation, row, handles).await?);
        }
        Ok(lines)
    }

    /// Makes a customer; a repeat with the same key finds what it made.
    pub async fn make_customer(
        &self,
        access: &Access,
        new: &CustomerToMake,
        key: Option<IdempotencyKey>,
    ) -> Result<Line<Customer>> {
        let (organisation, actor) = (access.organisation(), access.actor());
        let new = self.seal_customer(organisation, new).await?;
        let write = async move |tx: &mut Tx| {
            if let Some(key) = key
                && let Once::Repeat(made) = once(tx, &actor.to_string(), &key, &new.id.to_string()).await?
            {
                return made.parse().map_err(Error::internal);
            }
            let id = new.id;
            actions::create_customer(tx, actor, new).await?;
            Ok(id)
        };
        let made: CustomerId = self.db().write(organisation, write).await?;
        self.customer(organisation, made).await
    }

    /// A customer with a key of their own, ready to be stored: for rooms that make one in a transaction of theirs.
    pub async fn seal_customer(
        &self,
        organisation: OrganisationId,
        new: &CustomerToMake,
    ) -> Result<NewCustomer> {
        let mut check = Check::default();
        let name = new.name.as_deref().map(|name| check.line("name", name, check::NAME));
        check_handles(&mut check, &new.handles);
        check.done()?;
        let id: CustomerId = self.db().env().new_id();
        let key = self.vault().new_key(organisation, Subject::Customer(id)).await?;
        let (sealer, blind) =
            (self.vault().sealer(organisation, key).await?, self.vault().blind(organisation).await?);
        Ok(NewCustomer {
            id,
            kind: new.kind,
            language: new.language.clone(),
            key,
            name: name.map_or(Ok(SealedName::default()), |name| seal_name(&sealer, &blind, &name))?,
            handles: self.seal_handles(&sealer, &blind, &new.handles, &[])?,
        })
    }

    /// Changes a customer who is still at the version that was looked at.
    pub async fn change_customer(
        &self,
        access: &Access,
        customer: CustomerId,
        patch: &CustomerPatch,
    ) -> Result<Line<Customer>> {
        let (organisation, actor, version) = (access.organisation(), access.actor(), patch.version);
        if let Some(restricted) = patch.restricted {
            if patch.kind.is_some()
                || patch.name.is_some()
                || patch.language.is_some()
                || patch.handles.is_some()
            {
                return Err(Error::invalid(
                    "restricted",
                    "change this alone, and other things before or after",
                ));
            }
            let write = async move |tx: &mut Tx| {
                actions::restrict_customer(tx, actor, customer, version, restricted).await
            };
            self.db().write(organisation, write).await?;
            return self.customer(organisation, customer).await;
        }
        let change = self.seal_change(access, customer, patch).await?;
        let write =
            async move |tx: &mut Tx| actions::change_customer(tx, actor, customer, version, change).await;
        self.db().write(organisation, write).await?;
        self.customer(organisation, customer).await
    }

    async fn seal_change(
        &self,
        access: &Access,
        customer: CustomerId,
        patch: &CustomerPatch,
    ) -> Result<CustomerChange> {
        let organisation = access.organisation();
        let mut check = Check::default();
        let name = patch.name.as_deref().map(|name| check.line("name", name, check::NAME));
        check_handles(&mut check, patch.handles.as_deref().unwrap_or_default());
        check.done()?;
        let mut conn = self.db().read(organisation).await?;
        let row = customers::get(&mut conn, customer).await?;
        let old = customers::handles(&mut conn, customer).await?;
        drop(conn);
        access.open(Personal::new(Subject::Customer(customer), ()).restricted(row.restricted))?;
        let sealer = self.vault().sealer(organisation, row.key).await?;
        let blind = self.vault().blind(organisation).await?;
        Ok(CustomerChange {
            kind: patch.kind,
            language: patch.language.clone(),
            name: name.map(|name| seal_name(&sealer, &blind, &name)).transpose()?,
            handles: patch
                .handles
                .as_deref()
                .map(|handles| self.seal_handles(&sealer, &blind, handles, &old))
                .transpose()?,
        })
    }

    /// Seals handles. One that was there before keeps its id.
    fn seal_handles(
        &self,
        sealer: &Sealer,
        blind: &BlindIndex,
        handles: &[HandleToAdd],
        old: &[SealedHandle],
    ) -> Result<Vec<SealedHandle>> {
        handles
            .iter()
            .map(|handle| {
                let value_blind = handle_blind(blind, handle.kind, &handle.value);
                let before = old.iter().find(|old| old.kind == handle.kind && old.blind == value_blind);
                Ok(SealedHandle {
                    id: before.map_or_else(|| self.db().env().new_id(), |old| old.id),
                    kind: handle.kind,
                    sealed: sealer.seal(HANDLE, handle.value.trim().as_bytes())?,
                    blind: value_blind,
                })
            })
            .collect()
    }

    /// The customers who have this handle, newest first: by which a channel recognises who comes.
    pub async fn by_handle(
        &self,
        organisation: OrganisationId,
        kind: HandleKind,
        value: &str,
    ) -> Result<Vec<CustomerId>> {
        let value = handle_blind(&self.vault().blind(organisation).await?, kind, value);
        let mut conn = self.db().read(organisation).await?;
        customers::by_handle(&mut conn, &value, FOUND).await
    }
}

fn check_handles(check: &mut Check, handles: &[HandleToAdd]) {
    if handles.len() > check::HANDLES {
        check.complain("handles", format!("give at most {} handles", check::HANDLES));
    }
    let mut seen = Vec::new();
    for (at, handle) in handles.iter().enumerate() {
        let field = format!("handles[{at}].value");
        let value = check.line(&field, &handle.value, check::HANDLE);
        if let Some(complaint) = handle.kind.complaint(&value).filter(|_| !value.is_empty()) {
            check.complain(&field, complaint);
        }
        let spelled = (handle.kind, handle.kind.normalise(&value));
        if seen.contains(&spelled) {
            check.complain(&field, "this one is in the list already");
        }
        seen.push(spelled);
    }
}

fn handle_blind(blind: &BlindIndex, kind: HandleKind, value: &str) -> String {
    blind.of(kind.as_str(), &kind.normalise(value))
}

fn seal_name(sealer: &Sealer, blind: &BlindIndex, name: &str) -> Result<SealedName> {
    Ok(SealedName {
        sealed: Some(sealer.seal(CUSTOMER_NAME, name.as_bytes())?),
        words: name_words(name).iter().map(|word| blind.of(NAME_WORD, word)).collect(),
    })
}

/// The words to look for, the longest first, because few names hold it.
fn search_words(blind: &BlindIndex, text: &str) -> Vec<String> {
    let mut words = name_words(text);
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.iter().map(|word| blind.of(NAME_WORD, word)).collect()
}
