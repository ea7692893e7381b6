//! What an organisation is made of, and the rules for names and addresses. No I/O.

use crate::words::words;
use crate::{Purpose, Role};
use base::{
    ActivityId, Error, Language, MembershipId, OrganisationId, PersonId, Result, SiteId, Subject, TeamId,
    Timestamp,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use utoipa::ToSchema;

/// A thing with its name, as the interface shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Named {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl Named {
    /// An id with a name.
    pub fn new(id: impl fmt::Display, name: impl Into<String>) -> Self {
        Self { id: id.to_string(), name: name.into() }
    }
}

words! {
    /// What sort of organisation it is. It decides on which legal grounds it may use data.
    OrganisationKind {
        /// A municipality, a water authority: works on public tasks.
        PublicBody = "public_body",
        /// A company: works on contracts.
        Company = "company",
    }
}

/// An organisation that uses this installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Which.
    pub id: OrganisationId,
    /// A short name for addresses: `lindedam`.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What sort.
    pub kind: OrganisationKind,
    /// The language it works in.
    pub language: Language,
}

/// An organisation to be made.
#[derive(Clone, Debug)]
pub struct NewOrganisation {
    /// A short name for addresses: small letters, digits and hyphens.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// What sort.
    pub kind: OrganisationKind,
    /// The language it works in.
    pub language: Language,
    /// The hosts under which its people sign in: `desk.lindedam.example`.
    pub hosts: Vec<String>,
}

/// A site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Which.
    pub id: SiteId,
    /// Its name.
    pub name: String,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// Its name.
    pub name: String,
    /// Where it works, if at one site.
    pub site: Option<SiteId>,
}

/// A registered processing activity (GDPR art. 30).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    /// Which.
    pub id: ActivityId,
    /// What the data is used for.
    pub purpose: Purpose,
    /// Its name in the register.
    pub name: String,
    /// The article that allows it: `GDPR 6(1)(e)`.
    pub legal_basis: String,
    /// How long data is kept, in words.
    pub retention: String,
    /// Whether it is in use. What is not in use refuses every request for it.
    pub active: bool,
}

/// Somebody's place in an organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// Which.
    pub id: MembershipId,
    /// Who.
    pub person: PersonId,
    /// What they do.
    pub roles: Vec<Role>,
    /// Where they work, if at one site.
    pub site: Option<SiteId>,
    /// Their teams.
    pub teams: Vec<TeamId>,
    /// Since when.
    pub created_at: Timestamp,
    /// Until when; absent while it lasts.
    pub ended_at: Option<Timestamp>,
}

/// A place in an organisation, to be given.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// What they do: at least one.
    pub roles: Vec<Role>,
    /// Where they work.
    pub site: Option<SiteId>,
    /// Their teams.
    pub teams: Vec<TeamId>,
}

impl Place {
    /// Sorted, each once, and refused without a role.
    pub fn checked(mut self) -> Result<Self> {
        self.roles.sort_unstable();
        self.roles.dedup();
        self.teams.sort_unstable();
        self.teams.dedup();
        if self.roles.is_empty() {
            return Err(Error::invalid("roles", "choose at least one role"));
        }
        Ok(self)
    }
}

/// What to change about somebody's place; what is absent stays.
#[derive(Clone, Debug, Default)]
pub struct MemberChange {
    /// What they do.
    pub roles: Option<Vec<Role>>,
    /// Where they work; `Some(None)` for no one site.
    pub site: Option<Option<SiteId>>,
    /// Their teams.
    pub teams: Option<Vec<TeamId>>,
    /// Whether the membership is to end, or to open again.
    pub ended: Option<bool>,
}

/// Somebody who can sign in, to be made.
#[derive(Clone)]
pub struct NewPerson {
    /// Their name, as colleagues see it.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// The language of their screen.
    pub language: Language,
    /// Their first password.
    pub password: String,
}

impl fmt::Debug for NewPerson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPerson(…)")
    }
}

/// Somebody who can sign in, opened.
#[derive(Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Their name.
    pub name: String,
    /// The address they sign in with.
    pub email: String,
    /// The language of their screen.
    pub language: Language,
}

impl Person {
    /// As the owner of data.
    pub fn subject(&self) -> Subject {
        Subject::Person(self.id)
    }
}

impl fmt::Debug for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Person({})", self.id)
    }
}

/// The longest name of anything.
const NAME: usize = 100;

/// Tidies a name and refuses one that cannot be shown. `field` is its place in the request.
pub fn name(field: &'static str, text: &str) -> Result<String> {
    let tidy = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if tidy.is_empty() || tidy.chars().count() > NAME || tidy.chars().any(char::is_control) {
        return Err(Error::invalid(field, "give a name of 1 to 100 characters"));
    }
    Ok(tidy)
}

/// Tidies an e-mail address, and refuses what cannot be one (RFC 5321 allows 254 bytes).
pub fn email(field: &'static str, text: &str) -> Result<String> {
    let tidy = text.trim();
    let parts = tidy.rsplit_once('@').filter(|(local, domain)| {
        !local.is_empty() && !domain.is_empty() && !domain.starts_with('.') && !domain.ends_with('.')
    });
    if parts.is_none() || tidy.len() > 254 || tidy.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(Error::invalid(field, "give an e-mail address, such as jan@example.org"));
    }
    Ok(tidy.to_owned())
}

/// The one spelling under which an address is looked up.
pub(crate) fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Refuses a slug or host that does not fit in an address.
pub(crate) fn address_part(field: &'static str, text: &str, dots: bool) -> Result<()> {
    let fits = |c: char| {
        c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || (dots && (c == '.' || c == ':'))
    };
    if text.is_empty() || text.len() > 100 || text.starts_with('-') || !text.chars().all(fits) {
        return Err(Error::invalid(field, "use small letters, digits and hyphens only"));
    }
    Ok(())
}

/// The activities that an organisation starts with: one for each purpose.
pub(crate) fn first_activities(
    kind: OrganisationKind,
    language: &Language,
) -> [(Purpose, [&'static str; 3]); 4] {
    let basis = |public: &'static str, company: &'static str| match kind {
        OrganisationKind::PublicBody => public,
        OrganisationKind::Company => company,
    };
    let text = |dutch: &'static str, english: &'static str| match language.interface() {
        "en" => english,
        _ => dutch,
    };
    [
        (
            Purpose::CustomerService,
            [
                text("Vragen van klanten beantwoorden", "Answering customers"),
                basis("GDPR 6(1)(e)", "GDPR 6(1)(b)"),
                text("1 jaar na afloop van het contact", "1 year after the contact ended"),
            ],
        ),
        (
            Purpose::Supervision,
            [
                text("Werk verdelen en wachttijd kort houden", "Spreading work and keeping waits short"),
                basis("GDPR 6(1)(e)", "GDPR 6(1)(f)"),
                text("3 maanden", "3 months"),
            ],
        ),
        (
            Purpose::Administration,
            [
                text("Medewerkers en inrichting beheren", "Managing staff and settings"),
                basis("GDPR 6(1)(e)", "GDPR 6(1)(f)"),
                text(
                    "Zolang iemand hier werkt, en 1 jaar daarna",
                    "While somebody works here, and 1 year after",
                ),
            ],
        ),
        (
            Purpose::Accountability,
            [
                text(
                    "Verantwoorden en rechten van mensen uitvoeren",
                    "Being accountable and serving people's rights",
                ),
                "GDPR 6(1)(c)",
                text("5 jaar", "5 years"),
            ],
        ),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_tidied_and_what_cannot_be_shown_is_refused() {
        assert_eq!(name("name", "  Anneke \t de  Vries ").unwrap(), "Anneke de Vries");
        assert_eq!(name("name", "<b>É</b>").unwrap(), "<b>É</b>", "shown as text, so nothing to refuse");
        for wrong in ["", "   ", &"x".repeat(101), "a\u{7}b"] {
            assert_eq!(name("name", wrong).unwrap_err().fields()[0].field, "name");
        }
    }

    #[test]
    fn addresses_meet_whatever_their_capitals() {
        assert_eq!(email("email", " Jan@Example.org ").unwrap(), "Jan@Example.org");
        assert_eq!(email_key(" Jan@Example.ORG"), "jan@example.org");
        for wrong in ["", "jan", "@example.org", "jan@", "jan@.org", "jan@example.", "j an@example.org"] {
            assert!(email("email", wrong).is_err(), "{wrong}");
        }
        assert!(email("email", &format!("{}@example.org", "x".repeat(250))).is_err());
    }

    #[test]
    fn a_public_body_never_rests_on_its_own_interest() {
        for (purpose, [_, basis, _]) in first_activities(OrganisationKind::PublicBody, &Language::dutch()) {
            assert_ne!(basis, "GDPR 6(1)(f)", "{purpose}");
        }
    }

    #[test]
    fn every_purpose_starts_with_an_activity() {
        let purposes =
            first_activities(OrganisationKind::Company, &Language::english()).map(|(purpose, _)| purpose);
        assert_eq!(purposes, Purpose::ALL);
    }

    #[test]
    fn a_place_needs_a_role_and_has_each_once() {
        assert!(Place::default().checked().is_err());
        let place = Place { roles: vec![Role::TeamLead, Role::Agent, Role::Agent], ..Place::default() };
        assert_eq!(place.checked().unwrap().roles, [Role::Agent, Role::TeamLead]);
    }
}
