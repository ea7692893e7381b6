//! What was written for the demo: organisations, people, customers with a past, and conversations. It stands in the
//! files of `content/`, inside the program; a test reads all of it and follows every reference.

use super::talk::{Talk, plain};
use base::{Error, Language, Result};
use contact::model::CustomerKind;
use identity::Role;
use identity::model::OrganisationKind;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, HashMap};

/// A text per language.
pub(crate) type Words = BTreeMap<String, String>;

/// All of it.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) organisations: Vec<Organisation>,
    phrases: HashMap<String, Phrases>,
}

/// One organisation.
#[derive(Debug)]
pub(crate) struct Organisation {
    pub(crate) setup: Setup,
    pub(crate) site: Site,
    pub(crate) people: Vec<Person>,
    pub(crate) customers: Vec<Customer>,
    pub(crate) dialogues: Vec<Dialogue>,
    /// Each line of a customer, with the dialogue that begins with it, if one does.
    known: HashMap<String, Option<usize>>,
}

/// `organisation.toml`
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setup {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) kind: OrganisationKind,
    pub(crate) language: Language,
    pub(crate) password: String,
    pub(crate) share: u32,
    pub(crate) sites: Vec<String>,
    pub(crate) teams: Vec<Team>,
    pub(crate) skills: Vec<Skill>,
    pub(crate) queues: Vec<Queue>,
    pub(crate) topics: Vec<Topic>,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) widget: Widget,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Team {
    pub(crate) name: String,
    pub(crate) site: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Skill {
    pub(crate) code: String,
    pub(crate) name: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Queue {
    pub(crate) code: String,
    pub(crate) name: String,
    #[serde(default)]
    pub(crate) urgent: bool,
    pub(crate) needs: BTreeMap<String, u8>,
    /// Seconds after which the second line is asked too.
    pub(crate) second_line_after: Option<u32>,
    pub(crate) rings: Vec<Ring>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ring {
    pub(crate) after: u32,
    #[serde(default)]
    pub(crate) lower: BTreeMap<String, u8>,
    #[serde(default)]
    pub(crate) drop: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Topic {
    pub(crate) code: String,
    pub(crate) queue: String,
    pub(crate) name: Words,
    pub(crate) description: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    pub(crate) code: String,
    pub(crate) label: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Widget {
    pub(crate) name: String,
    pub(crate) title: Words,
    pub(crate) theme: Words,
}

/// `site.toml`: what stands on the website.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Site {
    pub(crate) background: String,
    pub(crate) tagline: Words,
    pub(crate) headline: Words,
    pub(crate) lead: Words,
    pub(crate) tasks_title: Words,
    pub(crate) tasks: Vec<Article>,
    pub(crate) news_title: Words,
    pub(crate) news: Vec<Article>,
    pub(crate) contact_title: Words,
    pub(crate) contact: Vec<Article>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Article {
    pub(crate) title: Words,
    pub(crate) text: Words,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Person {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) roles: Vec<Role>,
    pub(crate) team: String,
    /// Left to whoever plays.
    #[serde(default)]
    pub(crate) play: bool,
    #[serde(default)]
    pub(crate) serves: BTreeMap<String, u8>,
    #[serde(default)]
    pub(crate) skills: BTreeMap<String, u8>,
}

impl Person {
    /// How colleagues introduce themselves.
    pub(crate) fn first_name(&self) -> &str {
        self.name.split(' ').next().unwrap_or(&self.name)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Customer {
    pub(crate) name: String,
    #[serde(default = "person")]
    pub(crate) kind: CustomerKind,
    #[serde(default = "Language::dutch")]
    pub(crate) language: Language,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) number: Option<String>,
    pub(crate) history: Vec<Earlier>,
}

fn person() -> CustomerKind {
    CustomerKind::Person
}

/// An earlier contact.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Earlier {
    /// Days ago.
    pub(crate) days: u32,
    pub(crate) dialogue: String,
    pub(crate) agent: String,
    pub(crate) case: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Dialogue {
    pub(crate) code: String,
    pub(crate) topic: String,
    pub(crate) reason: String,
    #[serde(default = "Language::dutch")]
    pub(crate) language: Language,
    pub(crate) note: String,
    pub(crate) talk: Talk,
}

/// `phrases.toml`, one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Phrases {
    pub(crate) greeting: String,
    pub(crate) replies: Vec<String>,
    pub(crate) silent: String,
    pub(crate) closing: String,
    pub(crate) note: String,
    pub(crate) impatient: Vec<String>,
    pub(crate) names: Vec<String>,
}

/// The files of an organisation.
struct Files {
    organisation: &'static str,
    site: &'static str,
    people: &'static str,
    customers: &'static str,
    dialogues: &'static [&'static str],
}

macro_rules! files {
    ($slug:literal, [$($dialogues:literal),+]) => {
        Files {
            organisation: include_str!(concat!("content/", $slug, "/organisation.toml")),
            site: include_str!(concat!("content/", $slug, "/site.toml")),
            people: include_str!(concat!("content/", $slug, "/people.toml")),
            customers: include_str!(concat!("content/", $slug, "/customers.toml")),
            dialogues: &[$(include_str!(concat!("content/", $slug, "/", $dialogues, ".toml"))),+],
        }
    };
}

const FILES: [Files; 3] = [
    files!("lindedam", ["burgerzaken", "buurt", "geld", "bouwen"]),
    files!("heldervoort", ["dialogues"]),
    files!("pedaalrijk", ["dialogues"]),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct People {
    people: Vec<Person>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Customers {
    customers: Vec<Customer>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Dialogues {
    dialogues: Vec<Dialogue>,
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T> {
    toml::from_str(text).map_err(Error::internal)
}

impl World {
    /// Reads it all.
    pub(crate) fn load() -> Result<Self> {
        let organisations = FILES.iter().map(Organisation::load).collect::<Result<_>>()?;
        let phrases = read(include_str!("content/phrases.toml"))?;
        Ok(Self { organisations, phrases })
    }

    /// What people say in this language when no dialogue tells them.
    pub(crate) fn phrases(&self, language: &str) -> Result<&Phrases> {
        let found = self.phrases.get(language).or_else(|| self.phrases.get("nl"));
        found.ok_or_else(|| Error::internal("the demo has no phrases"))
    }
}

impl Organisation {
    fn load(files: &Files) -> Result<Self> {
        let mut dialogues = Vec::new();
        for text in files.dialogues {
            dialogues.extend(read::<Dialogues>(text)?.dialogues);
        }
        let mut known = HashMap::new();
        for line in dialogues.iter().flat_map(|dialogue| dialogue.talk.customer()) {
            known.insert(plain(&line.text), None);
        }
        for (number, dialogue) in dialogues.iter().enumerate() {
            known.insert(plain(dialogue.talk.question()), Some(number));
        }
        Ok(Self {
            setup: read(files.organisation)?,
            site: read(files.site)?,
            people: read::<People>(files.people)?.people,
            customers: read::<Customers>(files.customers)?.customers,
            dialogues,
            known,
        })
    }

    /// The dialogue that begins with this question.
    pub(crate) fn dialogue_of(&self, question: &str) -> Option<&Dialogue> {
        self.known.get(&plain(question)).copied().flatten().map(|number| &self.dialogues[number])
    }

    /// Whether a simulated customer says this. The text may be cut off, as in a list.
    pub(crate) fn is_line(&self, text: &str) -> bool {
        let text = plain(text);
        match text.strip_suffix('…') {
            Some(beginning) => self.known.keys().any(|line| line.starts_with(beginning)),
            None => self.known.contains_key(&text),
        }
    }

    pub(crate) fn dialogue(&self, code: &str) -> Option<&Dialogue> {
        self.dialogues.iter().find(|dialogue| dialogue.code == code)
    }

    pub(crate) fn topic(&self, code: &str) -> Option<&Topic> {
        self.setup.topics.iter().find(|topic| topic.code == code)
    }
}

/// The text in this language, else in Dutch.
pub(crate) fn pick<'a>(words: &'a Words, language: &str) -> &'a str {
    words.get(language).or_else(|| words.get("nl")).map_or("", String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn all_different<'a>(what: &str, texts: impl Iterator<Item = &'a str>) {
        let mut seen = HashSet::new();
        for text in texts {
            assert!(seen.insert(text), "{what}: {text} stands there twice");
        }
    }

    #[test]
    fn every_name_in_the_files_leads_somewhere() {
        for Organisation { setup, people, customers, dialogues, .. } in World::load().unwrap().organisations {
            let skill =
                |code: &str| assert!(setup.skills.iter().any(|skill| skill.code == code), "skill {code}");
            let queue =
                |code: &str| assert!(setup.queues.iter().any(|queue| queue.code == code), "queue {code}");
            for wanted in &setup.queues {
                wanted.needs.keys().for_each(|code| skill(code));
                for ring in &wanted.rings {
                    ring.lower.keys().chain(&ring.drop).for_each(|code| skill(code));
                }
            }
            setup.topics.iter().for_each(|topic| queue(&topic.queue));
            for team in &setup.teams {
                assert!(setup.sites.contains(&team.site), "{}", team.name);
            }
            for person in &people {
                assert!(setup.teams.iter().any(|team| team.name == person.team), "{}", person.name);
                assert!(person.email.ends_with(&format!("@{}.example", setup.slug)), "{}", person.email);
                person.serves.keys().for_each(|code| queue(code));
                person.skills.keys().for_each(|code| skill(code));
            }
            for dialogue in &dialogues {
                let code = &dialogue.code;
                assert!(setup.topics.iter().any(|topic| topic.code == dialogue.topic), "topic of {code}");
                assert!(
                    setup.reasons.iter().any(|reason| reason.code == dialogue.reason),
                    "reason of {code}"
                );
                for line in dialogue.talk.colleague() {
                    line.then_to.iter().for_each(|code| queue(code));
                }
            }
            for earlier in customers.iter().flat_map(|customer| &customer.history) {
                let code = &earlier.dialogue;
                assert!(dialogues.iter().any(|dialogue| dialogue.code == *code), "dialogue {code}");
                assert!(people.iter().any(|person| person.name == earlier.agent), "{}", earlier.agent);
            }
        }
    }

    #[test]
    fn a_dialogue_is_found_by_its_question_and_nothing_else() {
        for organisation in World::load().unwrap().organisations {
            let setup = &organisation.setup;
            all_different(&setup.slug, organisation.dialogues.iter().map(|dialogue| dialogue.code.as_str()));
            all_different(
                &setup.slug,
                organisation.dialogues.iter().map(|dialogue| dialogue.talk.question()),
            );
            for dialogue in &organisation.dialogues {
                let found = organisation.dialogue_of(dialogue.talk.question()).unwrap();
                assert_eq!(found.code, dialogue.code);
            }
            assert!(organisation.dialogue_of("Mag ik u iets anders vragen?").is_none());
        }
    }

    #[test]
    fn a_line_is_known_when_a_list_cuts_it_off() {
        let world = World::load().unwrap();
        let lindedam = &world.organisations[0];
        let question = lindedam.dialogue("paspoort-verlopen").unwrap().talk.question();
        let cut: String = question.chars().take(40).chain(['…']).collect();
        assert!(lindedam.is_line(question) && lindedam.is_line(&cut));
        assert!(!lindedam.is_line("Wat is de zin van het leven?") && !lindedam.is_line("Wat is de zin van…"));
    }

    #[test]
    fn there_is_enough_to_talk_about_in_two_languages() {
        let world = World::load().unwrap();
        let count = |number: usize| world.organisations[number].dialogues.len();
        assert!(count(0) >= 40 && count(1) >= 12 && count(2) >= 12, "{} {} {}", count(0), count(1), count(2));
        for organisation in &world.organisations {
            let topics = organisation.setup.topics.iter().map(|topic| &topic.code);
            for topic in topics {
                assert!(organisation.dialogues.iter().any(|dialogue| dialogue.topic == *topic), "{topic}");
            }
            for words in organisation.setup.topics.iter().flat_map(|topic| [&topic.name, &topic.description])
            {
                assert!(words.contains_key("nl") && words.contains_key("en"));
            }
        }
        for language in ["nl", "en"] {
            assert!(!world.phrases(language).unwrap().impatient.is_empty());
        }
    }

    #[test]
    fn somebody_is_left_to_play_each_role() {
        for organisation in World::load().unwrap().organisations {
            let played: Vec<_> = organisation.people.iter().filter(|person| person.play).collect();
            for role in [Role::Agent, Role::TeamLead, Role::Administrator] {
                assert!(
                    played.iter().any(|person| person.roles.contains(&role)),
                    "{}",
                    organisation.setup.slug
                );
            }
            let agents = played.iter().filter(|person| person.roles.contains(&Role::Agent)).count();
            assert!(agents >= 2);
            assert!(organisation.people.iter().any(|person| !person.play));
        }
    }
}
