//! Access: who asks, what they may do and why. The one key to [`Personal`] data.
//!
//! An `Access` is made for a request by [`gate`](crate::Identity::gate), and remembers whose data was opened with
//! it. Before the answer leaves, the gate stores that as one look. When that fails there is no answer.

mod gate;
pub mod matrix;
mod origin;
mod personal;
mod purpose;

pub use gate::MethodRouter;
pub(crate) use gate::{COOKIE, token_of};
pub use matrix::{Permission, Role};
pub use origin::SameOrigin;
pub use personal::Personal;
pub use purpose::Purpose;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use base::{
    ActivityId, Actor, ContactId, CustomerId, Error, ErrorCode, MembershipId, OrganisationId, PersonId,
    Result, SessionId, Subject,
};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use web::Problem;

/// Who asks, and why. As the argument of a handler it is the access that the gate gave to the request.
#[derive(Clone, Debug)]
pub struct Access(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    organisation: OrganisationId,
    who: Who,
    purpose: Purpose,
    scope: Scope,
    opened: Option<Mutex<Opened>>,
}

#[derive(Clone, Debug)]
enum Who {
    Member(Member),
    Customer(ContactId),
    Machine,
}

/// A signed-in member of staff.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) membership: MembershipId,
    pub(crate) person: PersonId,
    pub(crate) session: SessionId,
    pub(crate) roles: Vec<Role>,
    /// What the gate asked for; absent for what concerns only oneself.
    pub(crate) asked: Option<(Permission, ActivityId)>,
}

#[derive(Clone, Debug)]
enum Scope {
    Everybody,
    Only(Vec<Subject>),
}

/// Whose data was opened so far.
#[derive(Debug, Default)]
struct Opened {
    subjects: BTreeSet<Subject>,
    /// The look was stored: from now on nothing more may be opened, because nobody would write it down.
    closed: bool,
}

impl Access {
    /// For a member of staff, with a look written for what is opened.
    pub(crate) fn for_member(organisation: OrganisationId, member: Member, purpose: Purpose) -> Self {
        let opened = Some(Mutex::default());
        Self::of(organisation, Who::Member(member), purpose, Scope::Everybody, opened)
    }

    /// For a person who looks at their own session and nothing else. No look is written: it is their own data.
    pub(crate) fn for_oneself(organisation: OrganisationId, member: Member) -> Self {
        let scope = Scope::Only(vec![Subject::Person(member.person)]);
        Self::of(organisation, Who::Member(member), Purpose::Administration, scope, None)
    }

    /// For a customer who opens their own conversation. It opens only what is about this contact, and no look is
    /// written: it is their own data.
    pub fn for_customer(organisation: OrganisationId, contact: ContactId) -> Self {
        let scope = Scope::Only(vec![Subject::Contact(contact)]);
        Self::of(organisation, Who::Customer(contact), Purpose::CustomerService, scope, None)
    }

    /// For the same customer, now that the organisation knows who they are. The data of the contact then belongs to
    /// the customer.
    pub fn for_identified_customer(
        organisation: OrganisationId,
        contact: ContactId,
        customer: CustomerId,
    ) -> Self {
        let scope = Scope::Only(vec![Subject::Contact(contact), Subject::Customer(customer)]);
        Self::of(organisation, Who::Customer(contact), Purpose::CustomerService, scope, None)
    }

    /// For a job. No look is written, so say at the call why that is right.
    pub fn for_machine(organisation: OrganisationId, purpose: Purpose) -> Self {
        Self::of(organisation, Who::Machine, purpose, Scope::Everybody, None)
    }

    /// For what is rendered once for several screens. It remembers [whose data](Self::opened) that shows, and each
    /// socket logs it before it sends it, with [`open_logged`](crate::Identity::open_logged).
    pub fn for_screens(organisation: OrganisationId, purpose: Purpose) -> Self {
        let opened = Some(Mutex::default());
        Self::of(organisation, Who::Machine, purpose, Scope::Everybody, opened)
    }

    fn of(
        organisation: OrganisationId,
        who: Who,
        purpose: Purpose,
        scope: Scope,
        opened: Option<Mutex<Opened>>,
    ) -> Self {
        Self(Arc::new(Inner { organisation, who, purpose, scope, opened }))
    }

    /// The organisation that the request is about. Never taken from a parameter.
    pub fn organisation(&self) -> OrganisationId {
        self.0.organisation
    }

    /// The membership of the member of staff. A customer and a machine have none, and are refused.
    pub fn membership(&self) -> Result<MembershipId> {
        Ok(self.member()?.membership)
    }

    /// The member of staff as a person. A customer and a machine are refused.
    pub fn person(&self) -> Result<PersonId> {
        Ok(self.member()?.person)
    }

    /// The session of the member of staff. A customer and a machine are refused.
    pub fn session(&self) -> Result<SessionId> {
        Ok(self.member()?.session)
    }

    /// The roles of the member of staff; none for a customer and a machine.
    pub fn roles(&self) -> &[Role] {
        self.member().map_or(&[], |member| &member.roles)
    }

    fn member(&self) -> Result<&Member> {
        match &self.0.who {
            Who::Member(member) => Ok(member),
            Who::Customer(_) | Who::Machine => Err(Error::forbidden("Only a member of staff can do this.")),
        }
    }

    /// Who does it, for the journal and the audit chain.
    pub fn actor(&self) -> Actor {
        match &self.0.who {
            Who::Member(member) => Actor::Member(member.membership),
            Who::Customer(contact) => Actor::Customer(*contact),
            Who::Machine => Actor::System,
        }
    }

    /// What the gate asked for, when a member of staff came through one.
    pub fn permission(&self) -> Option<Permission> {
        self.member().ok()?.asked.map(|(permission, _)| permission)
    }

    pub(crate) fn activity(&self) -> Option<ActivityId> {
        self.member().ok()?.asked.map(|(_, activity)| activity)
    }

    /// Why.
    pub fn purpose(&self) -> Purpose {
        self.0.purpose
    }

    /// Whether the member of staff may do this. A customer has no permission; a machine does what it was built for.
    pub fn has(&self, permission: Permission) -> bool {
        match &self.0.who {
            Who::Member(member) => member.roles.iter().any(|role| role.allows(permission)),
            Who::Customer(_) => false,
            Who::Machine => true,
        }
    }

    /// Refuses whoever may not do this.
    pub fn require(&self, permission: Permission) -> Result<()> {
        if self.has(permission) {
            return Ok(());
        }
        Err(missing(permission))
    }

    /// Takes personal data out of its envelope, and remembers whose it was.
    pub fn open<T>(&self, personal: Personal<T>) -> Result<T> {
        if personal.is_restricted() && !self.0.purpose.overrides_restriction() && !self.is_own(&personal) {
            return Err(Error::new(
                ErrorCode::Restricted,
                "This person asked to restrict the use of their data. A privacy officer can tell you more.",
            ));
        }
        self.note(&personal)?;
        Ok(personal.into_value())
    }

    /// Opens each; one that may not be opened refuses all.
    pub fn open_all<T>(&self, personal: impl IntoIterator<Item = Personal<T>>) -> Result<Vec<T>> {
        personal.into_iter().map(|one| self.open(one)).collect()
    }

    /// Opens it, or gives `None` when the person restricted the use of their data: for a line in a list.
    pub fn open_unless_restricted<T>(&self, personal: Personal<T>) -> Result<Option<T>> {
        match self.open(personal) {
            Ok(value) => Ok(Some(value)),
            Err(error) if error.code() == ErrorCode::Restricted => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Whether it is the own data of whoever asks.
    fn is_own<T>(&self, personal: &Personal<T>) -> bool {
        match &self.0.scope {
            Scope::Everybody => false,
            Scope::Only(own) => personal.subjects().all(|subject| own.contains(&subject)),
        }
    }

    fn note<T>(&self, personal: &Personal<T>) -> Result<()> {
        if matches!(self.0.scope, Scope::Only(_)) && !self.is_own(personal) {
            // From outside, somebody else's data and no data look the same.
            return Err(Error::not_found("thing"));
        }
        let Some(opened) = &self.0.opened else { return Ok(()) };
        let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
        if opened.closed {
            return Err(Error::internal("personal data was opened after the look was stored"));
        }
        opened.subjects.extend(personal.subjects());
        Ok(())
    }

    /// Whose data was opened so far, where that is remembered.
    pub fn opened(&self) -> BTreeSet<Subject> {
        let Some(opened) = &self.0.opened else { return BTreeSet::new() };
        opened.lock().unwrap_or_else(PoisonError::into_inner).subjects.clone()
    }

    /// Whose data was opened. Nothing can be opened afterwards.
    pub(crate) fn close(&self) -> BTreeSet<Subject> {
        let Some(opened) = &self.0.opened else { return BTreeSet::new() };
        let mut opened = opened.lock().unwrap_or_else(PoisonError::into_inner);
        opened.closed = true;
        std::mem::take(&mut opened.subjects)
    }

    /// A new access for the same member and purpose, for a look that is stored on its own: on a live socket.
    pub(crate) fn again(&self) -> Result<Self> {
        Ok(Self::for_member(self.0.organisation, self.member()?.clone(), self.0.purpose))
    }
}

/// The refusal of somebody who is signed in and lacks this permission.
pub(crate) fn missing(permission: Permission) -> Error {
    Error::forbidden(format!("Your role does not include {permission}. An administrator can give it to you."))
}

impl<S: Sync> FromRequestParts<S> for Access {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        parts
            .extensions
            .get::<Self>()
            .cloned()
            .ok_or_else(|| Problem(Error::internal("this handler uses Access but its route has no gate")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base::Env;
    use base::id::Id;

    fn member(role: Role) -> Access {
        let (env, _) = Env::test(7);
        let member = Member {
            membership: env.new_id(),
            person: env.new_id(),
            session: env.new_id(),
            roles: vec![role],
            asked: Some((Permission::ReadCustomers, env.new_id())),
        };
        Access::for_member(env.new_id(), member, Purpose::CustomerService)
    }

    fn customer(number: u128) -> Subject {
        Subject::Customer(CustomerId::from_raw(number))
    }

    fn contact(number: u128) -> ContactId {
        ContactId::from_raw(number)
    }

    #[test]
    fn whoever_is_opened_is_remembered_once() {
        let access = member(Role::Agent);
        let both = Personal::new(customer(1), "a").and(Personal::new(customer(2), "b"));
        assert_eq!(access.open(both).unwrap(), ("a", "b"));
        access.open(Personal::new(customer(1), "again")).unwrap();
        assert_eq!(access.close(), [customer(1), customer(2)].into());
    }

    #[test]
    fn an_envelope_that_stays_shut_leaves_no_trace() {
        let access = member(Role::Agent);
        let sealed = Personal::new(customer(1), "secret").map(str::len);
        assert_eq!(format!("{sealed:?}"), format!("Personal({})", customer(1)));
        assert!(access.close().is_empty());
    }

    #[test]
    fn nothing_opens_after_the_look_was_stored() {
        let access = member(Role::Agent);
        access.close();
        assert_eq!(access.open(Personal::new(customer(1), ())).unwrap_err().code(), ErrorCode::Internal);
    }

    #[test]
    fn what_is_rendered_for_screens_tells_whose_it_is() {
        let access = Access::for_screens(OrganisationId::from_raw(1), Purpose::CustomerService);
        assert_eq!(access.open(Personal::new(customer(1), 5)).unwrap(), 5);
        let restricted = Personal::new(customer(2), 5).restricted(true);
        assert_eq!(access.open_unless_restricted(restricted).unwrap(), None);
        assert_eq!(access.opened(), [customer(1)].into());
    }

    #[test]
    fn a_restriction_holds_unless_the_purpose_serves_the_person() {
        let access = member(Role::Agent);
        let restricted = || Personal::new(customer(1), ()).restricted(true);
        assert_eq!(access.open(restricted()).unwrap_err().code(), ErrorCode::Restricted);
        assert_eq!(access.open_unless_restricted(restricted()).unwrap(), None);
        let mixed = Personal::new(customer(2), ()).and(restricted());
        assert_eq!(access.open(mixed).unwrap_err().code(), ErrorCode::Restricted);
        assert!(access.close().is_empty(), "a refusal is no look");
        let rights = Access::for_machine(access.organisation(), Purpose::Accountability);
        rights.open(restricted()).unwrap();
    }

    #[test]
    fn a_customer_opens_their_own_conversation_and_no_other() {
        let organisation = OrganisationId::from_raw(1);
        let visitor = Access::for_customer(organisation, contact(1));
        assert_eq!(visitor.open(Personal::new(Subject::Contact(contact(1)), 5)).unwrap(), 5);
        visitor.open(Personal::new(Subject::Contact(contact(1)), 5).restricted(true)).unwrap();
        for other in [Subject::Contact(contact(2)), customer(1)] {
            assert_eq!(visitor.open(Personal::new(other, 5)).unwrap_err().code(), ErrorCode::NotFound);
        }
        let mixed = Personal::new(Subject::Contact(contact(1)), 5).also(customer(1));
        assert_eq!(visitor.open(mixed).unwrap_err().code(), ErrorCode::NotFound);
        let known = Access::for_identified_customer(organisation, contact(1), CustomerId::from_raw(1));
        known.open(Personal::new(customer(1), 5)).unwrap();
        assert!(!visitor.has(Permission::ReadContacts));
        assert_eq!(visitor.membership().unwrap_err().code(), ErrorCode::Forbidden);
    }

    #[test]
    fn a_role_decides_what_is_allowed() {
        let access = member(Role::Agent);
        access.require(Permission::ReadCustomers).unwrap();
        assert_eq!(access.require(Permission::ReadAudit).unwrap_err().code(), ErrorCode::Forbidden);
    }
}
