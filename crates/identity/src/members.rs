//! Inviting somebody to work here.

use crate::access::Access;
use crate::actions::{self, people::in_use};
use crate::model::{NewPerson, Place};
use crate::store::{members, people};
use crate::{Identity, model};
use base::{Error, MembershipId, Result};

impl Identity {
    /// Gives somebody a sign-in and a place in the organisation. Who worked here before gets their place back and
    /// keeps their own password. An address that signs in for another organisation is refused: whoever made that
    /// sign-in may know its first password, and would come in here with it.
    pub async fn invite(&self, access: &Access, new: NewPerson, place: Place) -> Result<MembershipId> {
        let (organisation, actor) = (access.organisation(), access.actor());
        let place = place.checked()?;
        let email = model::email("email", &new.email)?;
        let index = self.email_index(&email).await?;
        let mut conn = self.db().read(organisation).await?;
        let known = match people::find_by_email(&mut conn, &index).await? {
            Some(person) => Some(members::find_of_person(&mut conn, person.id).await?),
            None => None,
        };
        drop(conn);
        match known {
            None => {
                let person = self.prepare_person(new).await?;
                let add = async move |tx: &mut db::Tx| {
                    let person = actions::create_person(tx, actor, person).await?;
                    actions::add_membership(tx, actor, person, place).await
                };
                self.db().write(organisation, add).await
            }
            Some(Some(former)) if former.ended_at.is_some() => {
                let reopen = async move |tx: &mut db::Tx| {
                    actions::reopen_membership(tx, actor, former.id, place).await.map(|member| member.id)
                };
                self.db().write(organisation, reopen).await
            }
            Some(Some(_)) => Err(Error::conflict("This person works here already.")
                .with_field("email", "this person works here already")),
            Some(None) => Err(in_use()),
        }
    }
}
