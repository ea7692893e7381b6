//! A person's rights over the mail that was sent to them: who it went to, and what it said while that is still here.

use crate::store::Outgoing;
use crate::{Email, store};
use base::{Actor, ContactId, ErrorCode, OrganisationId, Result, Subject};
use contact::privacy::{Exported, HoldsPersonalData};
use futures::future::BoxFuture;
use identity::Personal;
use serde_json::json;

impl HoldsPersonalData for Email {
    fn room(&self) -> &'static str {
        "email"
    }

    fn tables(&self) -> &'static [&'static str] {
        &["outgoing_mails"]
    }

    fn export(
        &self,
        organisation: OrganisationId,
        subject: Subject,
    ) -> BoxFuture<'_, Result<Vec<Personal<Exported>>>> {
        Box::pin(async move {
            let mut exported = Vec::new();
            for contact in self.contacts_of(organisation, subject).await? {
                let mut conn = self.db().read(organisation).await?;
                for id in store::ids_of(&mut conn, contact).await? {
                    let Some(mail) = store::find(&mut conn, id).await? else { continue };
                    exported.extend(self.exported(organisation, subject, mail).await?);
                }
            }
            Ok(exported)
        })
    }

    fn erase(&self, organisation: OrganisationId, _: Actor, subject: Subject) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            for contact in self.contacts_of(organisation, subject).await? {
                self.db().write(organisation, async move |tx| store::delete_of(tx, contact).await).await?;
            }
            Ok(())
        })
    }
}

impl Email {
    async fn contacts_of(&self, organisation: OrganisationId, subject: Subject) -> Result<Vec<ContactId>> {
        match subject {
            Subject::Contact(contact) => Ok(vec![contact]),
            Subject::Customer(customer) => {
                contact::facts::of_customer(&mut self.db().read(organisation).await?, customer).await
            }
            Subject::Person(_) => Ok(Vec::new()),
        }
    }

    async fn exported(
        &self,
        organisation: OrganisationId,
        subject: Subject,
        mail: Outgoing,
    ) -> Result<Option<Personal<Exported>>> {
        let to = match self.recipient(organisation, &mail).await {
            Ok(to) => to,
            Err(error) if error.code() == ErrorCode::Erased => return Ok(None),
            Err(error) => return Err(error),
        };
        let content =
            json!({ "id": mail.id, "to": to, "state": mail.state.word(), "queued_at": mail.queued_at });
        Ok(Some(Personal::new(subject, Exported { kind: "mail", content })))
    }
}
