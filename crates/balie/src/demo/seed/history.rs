//! The past: what known customers asked before, who helped them and what was noted, in the order in which it happened.

use super::organisation::{Ids, SetUp, found};
use super::{DAY, PastClock, Rooms};
use crate::demo::content::{self, Customer, Dialogue, Earlier, Organisation};
use crate::demo::traffic::Dice;
use base::{
    Actor, CaseId, ContactId, CustomerId, Error, MembershipId, OrganisationId, QueueId, ReasonId, Result,
    Subject, Timestamp,
};
use contact::actions::{NewContact, NewEntry};
use contact::model::{Author, Channel, EventCode, HandleKind};
use contact::{CaseToOpen, CustomerToMake, HandleToAdd, SealedText};
use db::Tx;
use identity::{Access, Purpose};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// One contact that is to happen.
struct Moment<'a> {
    at: Timestamp,
    organisation: &'a Organisation,
    set_up: &'a SetUp,
    customer: &'a Customer,
    earlier: &'a Earlier,
}

/// Lets it all happen, from the oldest to the newest.
pub(super) async fn live_through(
    rooms: &Rooms,
    clock: &Arc<PastClock>,
    present: Timestamp,
    seed: u64,
    organisations: Vec<(&Organisation, SetUp)>,
) -> Result<()> {
    let mut past = Past { rooms, clock, customers: HashMap::new(), cases: HashMap::new() };
    let dice = Dice::new(seed);
    let mut moments = Vec::new();
    for (organisation, set_up) in &organisations {
        for customer in &organisation.customers {
            for earlier in &customer.history {
                let at = office_hours(present, earlier.days, &dice);
                moments.push(Moment { at, organisation, set_up, customer, earlier });
            }
        }
    }
    moments.sort_by_key(|moment| moment.at);
    for moment in moments {
        past.happen(&moment, &dice).await?;
    }
    Ok(())
}

/// So many days ago, between nine and five by the clock of the Netherlands.
fn office_hours(present: Timestamp, days: u32, dice: &Dice) -> Timestamp {
    let day = present - DAY * days;
    let hour = day.in_zone("Europe/Amsterdam").map_or(12, |moment| moment.hour());
    let since_nine = Duration::from_hours(u64::try_from(hour - 9).unwrap_or(0));
    let before_nine = Duration::from_hours(u64::try_from(9 - hour).unwrap_or(0));
    day - since_nine + before_nine + dice.between(Duration::ZERO, Duration::from_hours(7))
}

/// What has happened so far.
struct Past<'a> {
    rooms: &'a Rooms,
    clock: &'a Arc<PastClock>,
    customers: HashMap<(OrganisationId, &'a str), CustomerId>,
    cases: HashMap<(CustomerId, &'a str), CaseId>,
}

impl<'a> Past<'a> {
    async fn happen(&mut self, moment: &Moment<'a>, dice: &Dice) -> Result<()> {
        let Moment { at, organisation, set_up, customer, earlier } = *moment;
        self.clock.advance_to(at);
        let missing = || Error::internal(format!("the demo has no dialogue {}", earlier.dialogue));
        let dialogue = organisation.dialogue(&earlier.dialogue).ok_or_else(missing)?;
        let customer_id = self.customer(set_up.organisation, customer).await?;
        let contact = self.talk(moment, dialogue, customer_id, dice).await?;
        if let Some(subject) = &earlier.case {
            self.belongs_to(set_up.organisation, customer_id, contact, subject).await?;
        }
        Ok(())
    }

    async fn customer(&mut self, organisation: OrganisationId, customer: &'a Customer) -> Result<CustomerId> {
        if let Some(known) = self.customers.get(&(organisation, customer.name.as_str())) {
            return Ok(*known);
        }
        let handle = |kind, value: &Option<String>| value.clone().map(|value| HandleToAdd { kind, value });
        let handles = [
            handle(HandleKind::Email, &customer.email),
            handle(HandleKind::Phone, &customer.phone),
            handle(HandleKind::CustomerNumber, &customer.number),
        ];
        let new = CustomerToMake {
            kind: customer.kind,
            name: Some(customer.name.clone()),
            language: customer.language.clone(),
            handles: handles.into_iter().flatten().collect(),
        };
        let sealed = self.rooms.contacts.seal_customer(organisation, &new).await?;
        let id = sealed.id;
        let make =
            async move |tx: &mut Tx| contact::actions::create_customer(tx, Actor::System, sealed).await;
        self.rooms.db.write(organisation, make).await?;
        self.customers.insert((organisation, &customer.name), id);
        Ok(id)
    }

    /// A whole contact, in one transaction that lasts as long as the contact did.
    async fn talk(
        &self,
        moment: &Moment<'_>,
        dialogue: &Dialogue,
        customer: CustomerId,
        dice: &Dice,
    ) -> Result<ContactId> {
        let (organisation, ids) = (moment.set_up.organisation, &moment.set_up.ids);
        let contact: ContactId = self.rooms.db.env().new_id();
        let key = self.rooms.vault.new_key(organisation, Subject::Customer(customer)).await?;
        let sealer = self.rooms.vault.sealer(organisation, key).await?;
        let script = Script::of(moment, dialogue, ids, contact, |text| SealedText::seal(&sealer, text))?;
        let topic = moment.organisation.topic(&dialogue.topic).map(|topic| &topic.name);
        let topic = topic.map_or("", |name| content::pick(name, dialogue.language.as_str())).to_owned();
        let new = NewContact {
            id: contact,
            channel: Channel::Chat,
            entry_point: found(&ids.entry_points, &dialogue.topic)?,
            entry_point_name: topic.clone(),
            language: dialogue.language.clone(),
            subject_key: key,
            customer: Some(customer),
            topic,
        };
        let clock = self.clock.clone();
        let waits = dice.between(Duration::from_secs(5), Duration::from_secs(90));
        let write = async move |tx: &mut Tx| script.play(tx, &clock, new, waits).await;
        self.rooms.db.write(organisation, write).await?;
        Ok(contact)
    }

    async fn belongs_to(
        &mut self,
        organisation: OrganisationId,
        customer: CustomerId,
        contact: ContactId,
        subject: &'a str,
    ) -> Result<()> {
        if let Some(case) = self.cases.get(&(customer, subject)).copied() {
            let link = async move |tx: &mut Tx| {
                contact::actions::link_case(tx, Actor::System, contact, Some(case)).await
            };
            return self.rooms.db.write(organisation, link).await;
        }
        // The demo makes up this customer; nobody's data is looked at.
        let access = Access::for_machine(organisation, Purpose::CustomerService);
        let new = CaseToOpen {
            subject: subject.to_owned(),
            customer_id: Some(customer),
            contact_id: Some(contact),
        };
        let case = self.rooms.contacts.open_case(&access, &new, None).await?.show(&access)?;
        self.cases.insert((customer, subject), case.id);
        Ok(())
    }
}

/// What is said in a contact, sealed, with how long each message takes.
struct Script {
    contact: ContactId,
    agent: MembershipId,
    reason: ReasonId,
    queue: (QueueId, String),
    lines: Vec<(Duration, NewEntry)>,
    note: SealedText,
}

impl Script {
    fn of(
        moment: &Moment<'_>,
        dialogue: &Dialogue,
        ids: &Ids,
        contact: ContactId,
        seal: impl Fn(&str) -> Result<SealedText>,
    ) -> Result<Self> {
        let people = &moment.organisation.people;
        let agent = found(&ids.members, &moment.earlier.agent)?;
        let name = people
            .iter()
            .find(|person| person.name == moment.earlier.agent)
            .map_or("", |person| person.first_name());
        let mut lines = Vec::new();
        for (customer, line) in dialogue.talk.lines() {
            let text = line.text.replace("{agent}", name);
            let author = if customer { Author::Customer } else { Author::Agent(agent) };
            let took =
                Duration::from_secs(4) + Duration::from_millis(120) * u32::try_from(text.len()).unwrap_or(0);
            lines.push((took, NewEntry::message(contact, author, seal(&text)?)));
        }
        let code = moment.organisation.topic(&dialogue.topic).map_or("", |topic| &topic.queue);
        let queue = moment.organisation.setup.queues.iter().find(|queue| queue.code == code);
        Ok(Self {
            contact,
            agent,
            reason: found(&ids.reasons, &dialogue.reason)?,
            queue: (found(&ids.queues, code)?, queue.map_or_else(String::new, |queue| queue.name.clone())),
            lines,
            note: seal(&dialogue.note)?,
        })
    }

    async fn play(self, tx: &mut Tx, clock: &PastClock, new: NewContact, waits: Duration) -> Result<()> {
        let (contact, agent, member) = (self.contact, self.agent, Actor::Member(self.agent));
        let event = |code, params: [(&'static str, String); 1]| {
            NewEntry::event(contact, Author::System, code, params)
        };
        let mut lines = self.lines.into_iter();
        contact::actions::receive(tx, new).await?;
        if let Some((_, question)) = lines.next() {
            contact::actions::append(tx, question).await?;
        }
        let (queue, queue_name) = self.queue;
        contact::actions::set_queue(tx, contact, queue, &queue_name).await?;
        contact::actions::append(tx, event(EventCode::Queued, [("queue_name", queue_name)])).await?;
        clock.advance(waits);
        contact::actions::assign(tx, member, contact, agent).await?;
        contact::actions::append(tx, event(EventCode::Assigned, [("agent", agent.to_string())])).await?;
        for (took, line) in lines {
            clock.advance(took);
            let said = contact::actions::append(tx, line).await?;
            contact::actions::read_by_agent(tx, contact, agent, said.seq).await?;
            contact::actions::read_by_customer(tx, contact, said.seq).await?;
        }
        clock.advance(Duration::from_secs(15));
        contact::actions::end(tx, Actor::Customer(contact), contact).await?;
        contact::actions::append(tx, event(EventCode::Ended, [("by", "customer".to_owned())])).await?;
        clock.advance(Duration::from_secs(40));
        contact::actions::append(tx, NewEntry::note(contact, Author::Agent(agent), self.note)).await?;
        contact::actions::wrap_up(tx, member, contact, self.reason).await?;
        Ok(())
    }
}
