//! Making people. What must happen outside a transaction (a key, a hash, sealing) happens first.

use crate::model::{self, NewPerson, email_key};
use crate::store::people::{self, SealedPerson};
use crate::{Identity, audit, password};
use base::{Actor, Error, ErrorCode, PersonId, Result, Subject};
use db::Tx;
use serde_json::json;
use std::fmt;

/// Where each sealed column is opened again.
pub(crate) const NAME: &str = "identity.person.name";
pub(crate) const EMAIL: &str = "identity.person.email";
pub(crate) const PASSWORD: &str = "identity.person.password";

/// A person who is ready to be stored: sealed, with a durable key.
#[derive(Clone)]
pub struct PreparedPerson {
    sealed: SealedPerson,
    email_index: String,
}

impl fmt::Debug for PreparedPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PreparedPerson({})", self.sealed.id)
    }
}

impl Identity {
    /// Checks a new person and gets them ready: makes their key, hashes the password, seals what is personal.
    pub async fn prepare_person(&self, new: NewPerson) -> Result<PreparedPerson> {
        let name = model::name("name", &new.name)?;
        let email = model::email("email", &new.email)?;
        password::check("password", &new.password, &email)?;
        let password = self.seal_password(&new.password).await?;
        let scope = vault::installation_scope();
        let id: PersonId = self.env().new_id();
        let key = self.vault().new_key(scope, Subject::Person(id)).await?;
        let sealer = self.vault().sealer(scope, key).await?;
        let sealed = SealedPerson {
            id,
            name: sealer.seal(NAME, name.as_bytes())?,
            email: sealer.seal(EMAIL, email.as_bytes())?,
            password,
            language: new.language,
        };
        Ok(PreparedPerson { sealed, email_index: self.email_index(&email).await? })
    }

    /// Under what an address is found. The key is the installation's, because people are.
    pub(crate) async fn email_index(&self, email: &str) -> Result<String> {
        let blind = self.vault().blind(vault::installation_scope()).await?;
        Ok(blind.of("person.email", &email_key(email)))
    }

    /// A password as stored: hashed, and the hash sealed, so that a stolen database alone gives nothing to guess at.
    /// Sealed with the installation's key, so that an unknown address costs the same work as a known one.
    pub(crate) async fn seal_password(&self, password: &str) -> Result<Vec<u8>> {
        let hash = self.passwords().hash(password).await?;
        let sealer = self.vault().organisation_sealer(vault::installation_scope()).await?;
        sealer.seal(PASSWORD, hash.as_bytes())
    }
}

/// Makes a person. Without a membership they can sign in nowhere.
pub async fn create_person(tx: &mut Tx, actor: Actor, person: PreparedPerson) -> Result<PersonId> {
    people::insert(tx, &person.sealed, &person.email_index).await.map_err(|error| match error.code() {
        ErrorCode::Conflict => in_use().with_source(error),
        _ => error,
    })?;
    audit::write(tx, actor, "person.created", person.sealed.id, json!({})).await?;
    Ok(person.sealed.id)
}

/// Somebody signs in with this address already.
pub(crate) fn in_use() -> Error {
    Error::conflict(
        "Somebody signs in with this address already. Ask whoever runs this installation to add them here.",
    )
    .with_field("email", "this address is in use")
}
