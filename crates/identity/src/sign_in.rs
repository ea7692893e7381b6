//! Signing in and out, switching organisation, changing one's password.
//!
//! Whether an address exists cannot be told from outside: a wrong password and an unknown address take the same
//! steps and get the same answer.

use crate::access::Access;
use crate::actions::{people::PASSWORD, sessions};
use crate::limit::{self, Keys};
use crate::model::{Person, email_key};
use crate::password::{self, Verdict};
use crate::session::{SessionRow, Token};
use crate::store::{self, people};
use crate::{Identity, Personal, audit};
use base::{
    Actor, Error, ErrorCode, Language, MembershipId, OrganisationId, PersonId, Result, SessionId, Subject,
};
use serde_json::json;
use std::fmt;
use std::net::IpAddr;

/// What somebody gives to sign in.
pub struct SignIn {
    /// The address.
    pub email: String,
    /// The password.
    pub password: String,
    /// The address of the client on the network, if known.
    pub client: Option<IpAddr>,
    /// The host under which they came: it prefers that organisation, when they work for several.
    pub host: Option<String>,
    /// The session that this browser still had. It ends.
    pub previous: Option<Token>,
    /// The number that this browser got when somebody signed in before.
    pub device: Option<Token>,
}

impl fmt::Debug for SignIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignIn(…)")
    }
}

/// Somebody is signed in.
#[derive(Debug)]
pub struct SignedIn {
    /// The secret for the browser.
    pub token: Token,
    /// What the browser shows when it signs in again, so that the tries of strangers do not count for it.
    pub device: Token,
    /// The session.
    pub session: SessionRow,
    /// Who.
    pub person: PersonId,
}

impl Identity {
    /// Signs somebody in.
    pub async fn sign_in(&self, given: SignIn) -> Result<SignedIn> {
        let device = given.device.unwrap_or_else(|| Token::new(self.env()));
        let taken = self.count_try(&given.email, given.client, Some(&device)).await?;
        let index = self.email_index(&given.email).await?;
        let found = people::find_by_email(&mut self.db().read_global().await?, &index).await?;
        let stored = match &found {
            Some(person) => Some(self.open_password(&person.password).await?),
            None => None,
        };
        let verdict = self.passwords().verify(&given.password, stored).await?;
        let Some(person) = found.filter(|_| verdict != Verdict::Wrong) else {
            return Err(wrong_credentials());
        };
        let mut password = person.password;
        if verdict == Verdict::RightButCheap {
            let (id, sealed) = (person.id, self.seal_password(&given.password).await?);
            password.clone_from(&sealed);
            self.db().write_global(async move |tx| people::set_password(tx, id, &sealed).await).await?;
        }
        let (organisation, membership) = self.choose_workplace(person.id, given.host.as_deref()).await?;
        if let Some(previous) = given.previous {
            self.end_previous(&previous).await?;
        }
        let token = Token::new(self.env());
        let (secret, id) = (token.clone(), person.id);
        let start = async move |tx: &mut db::Tx| {
            if !people::hold_password(tx, id, &password).await? {
                return Err(wrong_credentials());
            }
            limit::give_back(tx, &taken).await?;
            sessions::start(tx, id, membership, &secret).await
        };
        let session = self.db().write(organisation, start).await?;
        Ok(SignedIn { token, device, session, person: id })
    }

    async fn count_try(
        &self,
        email: &str,
        client: Option<IpAddr>,
        device: Option<&Token>,
    ) -> Result<limit::Taken> {
        let blind = self.vault().blind(vault::installation_scope()).await?;
        let keys = Keys::new(&blind, &email_key(email), &limit::network(client), device);
        limit::look(&mut self.db().read_global().await?, &keys, self.now()).await?;
        self.db().write_global(async move |tx| limit::take(tx, keys).await).await
    }

    async fn open_password(&self, sealed: &[u8]) -> Result<String> {
        self.vault().open_text(vault::installation_scope(), PASSWORD, sealed).await
    }

    /// The organisation of the host if they work there, or else the first one.
    async fn choose_workplace(
        &self,
        person: PersonId,
        host: Option<&str>,
    ) -> Result<(OrganisationId, MembershipId)> {
        let mut conn = self.db().read_global().await?;
        let preferred = match host {
            Some(host) => store::organisations::of_host(&mut conn, &host.to_ascii_lowercase()).await?,
            None => None,
        };
        let workplaces = people::workplaces(&mut conn, person).await?;
        let chosen = workplaces.iter().find(|(id, ..)| Some(*id) == preferred).or(workplaces.first());
        chosen.map(|(organisation, _, membership)| (*organisation, *membership)).ok_or_else(|| {
            Error::forbidden("You do not work for an organisation here any more. Ask your administrator.")
        })
    }

    async fn end_previous(&self, token: &Token) -> Result<()> {
        let found = store::sessions::by_token(&mut self.db().read_global().await?, token.hash()).await?;
        let Some(session) = found else { return Ok(()) };
        match self.end_row(session).await {
            Err(error) if error.code() == ErrorCode::NotFound => Ok(()),
            outcome => outcome,
        }
    }

    async fn end_row(&self, session: SessionRow) -> Result<()> {
        let actor = Actor::Member(session.membership);
        self.db().write(session.organisation, async move |tx| sessions::end(tx, actor, &session).await).await
    }

    /// Ends the session of this access.
    pub async fn sign_out(&self, access: &Access) -> Result<()> {
        self.end_session(access, access.session()?).await
    }

    /// Ends one of one's own sessions.
    pub async fn end_session(&self, access: &Access, id: SessionId) -> Result<()> {
        let own = self.sessions(access).await?;
        let session = own.into_iter().find(|row| row.id == id).ok_or_else(|| Error::not_found("session"))?;
        self.end_row(session).await
    }

    /// One's own living sessions, newest first.
    pub async fn sessions(&self, access: &Access) -> Result<Vec<SessionRow>> {
        let person = access.person()?;
        store::sessions::of_person(&mut self.db().read_global().await?, person, self.now()).await
    }

    /// Whether the session of this access is still alive and its membership still lasts: for a socket that stays
    /// open long after its request.
    pub async fn is_signed_in(&self, access: &Access) -> Result<bool> {
        let id = access.session()?;
        let found = store::sessions::find(&mut self.db().read_global().await?, id).await?;
        let now = self.now();
        Ok(found.is_some_and(|row| {
            row.organisation == access.organisation()
                && crate::session::is_alive(row.seen_at, row.expires_at, now)
        }))
    }

    /// Moves the session to another organisation that the person works for. It gets a new secret.
    pub async fn switch_organisation(&self, access: &Access, to: OrganisationId) -> Result<Token> {
        let (session, person) = (access.session()?, access.person()?);
        let workplaces = people::workplaces(&mut self.db().read_global().await?, person).await?;
        let found = workplaces.iter().find(|(id, ..)| *id == to);
        let membership = found.map(|(.., id)| *id).ok_or_else(|| Error::not_found("organisation"))?;
        let token = Token::new(self.env());
        let secret = token.clone();
        let switch =
            async move |tx: &mut db::Tx| sessions::switch(tx, session, person, membership, &secret).await;
        self.db().write(to, switch).await?;
        Ok(token)
    }

    /// Changes one's own password and ends one's other sessions.
    pub async fn change_password(
        &self,
        access: &Access,
        current: &str,
        new: &str,
        client: Option<IpAddr>,
        device: Option<&Token>,
    ) -> Result<()> {
        let person = access.open(self.person(access.person()?).await?)?;
        password::check("new", new, &person.email)?;
        let taken = self.count_try(&person.email, client, device).await?;
        let found = people::find(&mut self.db().read_global().await?, person.id).await?;
        let stored = self.open_password(&found.ok_or_else(|| Error::not_found("person"))?.password).await?;
        if self.passwords().verify(current, Some(stored)).await? == Verdict::Wrong {
            return Err(Error::invalid("current", "this is not your password now"));
        }
        let sealed = self.seal_password(new).await?;
        let (id, actor, this) = (person.id, access.actor(), access.session()?);
        let change = async move |tx: &mut db::Tx| {
            limit::give_back(tx, &taken).await?;
            people::set_password(tx, id, &sealed).await?;
            audit::write(tx, actor, "person.password_changed", id, json!({})).await?;
            sessions::end_others(tx, id, this).await
        };
        for session in self.db().write(access.organisation(), change).await? {
            self.record_end(session).await;
        }
        Ok(())
    }

    /// Records the end of a session that is gone already, in the organisation that it worked in.
    async fn record_end(&self, session: SessionRow) {
        let actor = Actor::Member(session.membership);
        let record =
            async move |tx: &mut db::Tx| sessions::ended(tx, actor, session.id, session.membership).await;
        if let Err(error) = self.db().write(session.organisation, record).await {
            tracing::warn!(?error, session = %session.id, "the end of a session could not be recorded");
        }
    }

    /// Changes the language of one's screen.
    pub async fn change_language(&self, access: &Access, language: Language) -> Result<()> {
        let person = access.person()?;
        self.db().write_global(async move |tx| people::set_language(tx, person, &language).await).await
    }

    /// A person.
    pub async fn person(&self, id: PersonId) -> Result<Personal<Person>> {
        let found = people::find(&mut self.db().read_global().await?, id).await?;
        let sealed = found.ok_or_else(|| Error::not_found("person"))?;
        self.open_person(&sealed).await
    }

    pub(crate) async fn open_person(&self, sealed: &people::SealedPerson) -> Result<Personal<Person>> {
        use crate::actions::people::{EMAIL, NAME};
        let scope = vault::installation_scope();
        let person = Person {
            id: sealed.id,
            name: self.vault().open_text(scope, NAME, &sealed.name).await?,
            email: self.vault().open_text(scope, EMAIL, &sealed.email).await?,
            language: sealed.language.clone(),
        };
        Ok(Personal::new(Subject::Person(sealed.id), person))
    }

    /// Forgets sessions that ended and failures that no longer count. To be called now and then.
    pub async fn tidy(&self) -> Result<()> {
        self.db()
            .write_global(async |tx| {
                let now = tx.env().now();
                store::sessions::delete_ended(tx, now).await?;
                store::limits::forget_old(tx, now).await?;
                Ok(())
            })
            .await
    }
}

fn wrong_credentials() -> Error {
    Error::new(ErrorCode::WrongCredentials, "Check the e-mail address and the password, and try again.")
}
