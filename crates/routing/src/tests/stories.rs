//! What happens to people, one thing at a time.

use super::world::{agent, at, contact, group, level, needs, profile, queue, skill, waiting};
use crate::decide::{
    Command, Configuration, Destination, Event, Exclusion, Offer, State, Status, Verdict, Withdrawn, decide,
};
use crate::model::{
    AgentProfile, Capacity, CapacityRules, Channel, Group, NotReadyReason, Preferred, Presence, Priority,
    Queue, QueueRules, Relax, RelaxRing, Seconds, WaitingContact,
};
use base::{ContactId, MembershipId, Timestamp};

/// An office that is told things, second by second.
struct Office {
    state: State,
    now: u64,
    commands: Vec<Command>,
}

impl Office {
    fn new(queues: Vec<QueueRules>) -> Self {
        let queues = queues.into_iter().map(|rules| Queue::try_from(rules).unwrap()).collect();
        let mut office = Self { state: State::default(), now: 0, commands: Vec::new() };
        office.tell(Event::Configured(Configuration { queues, connection_grace: Seconds(60) }));
        office
    }

    fn plain() -> Self {
        Self::new(vec![QueueRules::plain(queue(1))])
    }

    fn tell(&mut self, event: Event) {
        self.commands = decide(&mut self.state, event, at(self.now));
    }

    fn later(&mut self, seconds: u64) {
        self.now += seconds;
        self.tell(Event::Tick);
    }

    fn ready(&mut self, profile: AgentProfile) {
        let agent = profile.agent;
        self.tell(Event::AgentChanged(profile));
        self.tell(Event::PresenceChanged { agent, presence: Presence::Ready { since: at(self.now) } });
    }

    fn asks(&mut self, number: u128) {
        let since = at(self.now);
        self.tell(Event::Enqueued(waiting(number, queue(1), since)));
    }

    fn offers(&self) -> Vec<(ContactId, MembershipId)> {
        self.all_offers().map(|offer| (offer.decision.contact, offer.decision.chosen)).collect()
    }

    fn all_offers(&self) -> impl Iterator<Item = &Offer> {
        self.commands.iter().filter_map(|command| match command {
            Command::Offer(offer) => Some(&**offer),
            _ => None,
        })
    }

    /// Takes whatever was offered.
    fn accept(&mut self) -> (ContactId, MembershipId) {
        let (contact, agent) = self.offers()[0];
        self.tell(Event::Accepted { contact, agent });
        (contact, agent)
    }

    fn status(&self, number: u128) -> Option<Status> {
        self.state.status(contact(number))
    }
}

fn one_chat(number: u128) -> AgentProfile {
    let mut rules = CapacityRules::default();
    rules.most[Channel::Chat] = 1;
    AgentProfile { capacity: Capacity::try_from(rules).unwrap(), ..profile(number, &[1]) }
}

#[test]
fn who_has_been_idle_longest_is_offered_the_contact() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.now += 10;
    office.ready(one_chat(2));
    office.asks(1);
    assert_eq!(office.offers(), [(contact(1), agent(1))]);
    office.asks(2);
    assert_eq!(office.offers(), [(contact(2), agent(2))], "the first has an offer to answer");
    office.asks(3);
    assert_eq!(office.offers(), [], "nobody is left");
}

#[test]
fn an_offer_nobody_answers_goes_to_the_next_and_the_empty_chair_gets_no_more() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.now += 1;
    office.ready(one_chat(2));
    office.asks(1);
    office.asks(2);
    office.asks(3);
    assert_eq!(office.state.next_deadline(), Some(at(office.now + 20)));
    office.tell(Event::Accepted { contact: contact(2), agent: agent(2) });
    office.now += 5;
    office.tell(Event::Left(contact(2)));
    assert_eq!(office.offers(), [(contact(3), agent(2))]);
    office.tell(Event::Declined { contact: contact(3), agent: agent(2) });
    assert_eq!(
        office.offers(),
        [],
        "the second let the third pass, and the first of the line is being offered"
    );
    office.later(15);
    let why = Withdrawn::Missed;
    assert!(office.commands.contains(&Command::Withdraw { contact: contact(1), agent: agent(1), why }));
    let reason = NotReadyReason::MissedOffer;
    assert!(office.commands.contains(&Command::SetNotReady { agent: agent(1), reason }));
    assert_eq!(office.offers(), [(contact(1), agent(2))], "it kept its place before the third");
    assert!(matches!(office.state.presence(agent(1)), Some(Presence::NotReady { .. })));
}

#[test]
fn a_contact_that_the_only_agent_let_pass_comes_back_after_a_while() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.asks(1);
    office.tell(Event::Declined { contact: contact(1), agent: agent(1) });
    assert_eq!(office.offers(), []);
    office.later(119);
    assert_eq!(office.offers(), []);
    office.later(1);
    assert_eq!(office.offers(), [(contact(1), agent(1))]);
}

#[test]
fn an_agent_whose_browser_dies_keeps_the_contact_for_a_minute() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.asks(1);
    office.accept();
    office.now += 30;
    office.asks(2);
    office.tell(Event::ConnectionLost { agent: agent(1), since: at(office.now) });
    office.later(59);
    assert_eq!(office.status(1), Some(Status::Assigned { agent: agent(1) }));
    office.tell(Event::ConnectionBack(agent(1)));
    office.later(60);
    assert_eq!(office.status(1), Some(Status::Assigned { agent: agent(1) }), "back in time");
    office.tell(Event::ConnectionLost { agent: agent(1), since: at(office.now) });
    office.later(60);
    assert!(office.commands.contains(&Command::Requeue { contact: contact(1), agent: agent(1) }));
    assert!(office.commands.contains(&Command::SetOffline { agent: agent(1) }));
    office.ready(one_chat(2));
    assert_eq!(office.offers(), [(contact(1), agent(2))], "before the second, which came later");
}

#[test]
fn the_circle_widens_while_a_contact_waits() {
    let german = skill(1);
    let rules = QueueRules {
        needs: needs(&[(1, 4)]),
        rings: vec![
            RelaxRing { after: Seconds(30), relax: vec![Relax::Lower { skill: german, to: level(2) }] },
            RelaxRing { after: Seconds(60), relax: vec![Relax::Drop { skill: german }] },
        ],
        ..QueueRules::plain(queue(1))
    };
    let mut office = Office::new(vec![rules]);
    let mut beginner = one_chat(1);
    beginner.skills.insert(german, level(2));
    office.ready(beginner);
    office.ready(one_chat(2));
    office.asks(1);
    office.asks(2);
    assert_eq!(office.offers(), []);
    office.later(30);
    assert_eq!(office.accept(), (contact(1), agent(1)));
    office.later(30);
    assert_eq!(office.offers()[0], (contact(2), agent(2)));
}

#[test]
fn a_second_group_helps_after_a_delay_and_only_when_the_first_is_busy() {
    let serves = |number, group: crate::model::GroupNumber| AgentProfile {
        serves: [(queue(1), group)].into_iter().collect(),
        ..one_chat(number)
    };
    let first = Group { number: group(1), priority: Priority::FIRST, delay: Some(Seconds(0)) };
    let second = Group { number: group(2), priority: Priority::NORMAL, delay: Some(Seconds(20)) };
    let mut office =
        Office::new(vec![QueueRules { groups: vec![first, second], ..QueueRules::plain(queue(1)) }]);
    office.ready(serves(2, group(2)));
    office.asks(1);
    assert_eq!(office.offers(), []);
    office.later(20);
    assert_eq!(office.offers(), [(contact(1), agent(2))]);
    office.tell(Event::Left(contact(1)));
    office.now += 25;
    office.ready(serves(1, group(1)));
    office.tell(Event::Enqueued(waiting(2, queue(1), at(office.now - 25))));
    assert_eq!(office.offers(), [(contact(2), agent(1))], "a longer idle helper comes after the first line");
}

#[test]
fn mail_is_set_aside_for_a_chat_and_taken_up_again() {
    let mut office = Office::plain();
    office.ready(profile(1, &[1]));
    office.tell(Event::Enqueued(WaitingContact { channel: Channel::Mail, ..waiting(1, queue(1), at(0)) }));
    office.accept();
    office.asks(2);
    assert_eq!(office.offers(), [(contact(2), agent(1))]);
    office.accept();
    assert_eq!(office.commands, [Command::Yield { contact: contact(1), agent: agent(1) }]);
    office.tell(Event::Left(contact(2)));
    assert_eq!(office.commands, [Command::Resume { contact: contact(1), agent: agent(1) }]);
}

#[test]
fn a_contact_waits_a_while_for_the_agent_who_knows_the_customer() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.asks(1);
    office.accept();
    office.ready(one_chat(2));
    let preferred = Some(Preferred { agent: agent(1), until: at(40) });
    office.tell(Event::Enqueued(WaitingContact { preferred, ..waiting(2, queue(1), at(0)) }));
    assert_eq!(office.offers(), [], "the second is free, but does not know the customer");
    assert_eq!(office.state.queue(queue(1)).unwrap().waiting, 1);
    office.later(40);
    assert_eq!(office.offers(), [(contact(2), agent(2))]);
}

#[test]
fn nobody_waits_for_an_agent_who_went_home() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.ready(one_chat(2));
    let preferred = Some(Preferred { agent: agent(1), until: at(600) });
    office.tell(Event::PresenceChanged {
        agent: agent(1),
        presence: Presence::NotReady { since: at(0), reason: NotReadyReason::Break },
    });
    office.tell(Event::Enqueued(WaitingContact { preferred, ..waiting(1, queue(1), at(0)) }));
    assert_eq!(office.offers(), []);
    let presence = Presence::Offline { since: at(0) };
    office.tell(Event::PresenceChanged { agent: agent(1), presence });
    assert_eq!(office.offers(), [(contact(1), agent(2))]);
}

#[test]
fn a_transfer_goes_to_the_colleague_and_a_contact_given_back_to_another() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.asks(1);
    office.accept();
    office.ready(one_chat(2));
    let to = Destination::Agent { agent: agent(2), until: at(30) };
    office.tell(Event::Transferred { contact: contact(1), to });
    assert_eq!(office.offers(), [(contact(1), agent(2))]);
    assert!(office.all_offers().all(|offer| offer.decision.kept));
    office.accept();
    office.tell(Event::Requeued(contact(1)));
    assert_eq!(office.offers(), [], "the first handed it on and the second gave it back, just now");
    office.ready(one_chat(3));
    assert_eq!(office.offers(), [(contact(1), agent(3))]);
}

#[test]
fn a_team_lead_can_ask_why_her_and_not_him() {
    let rules = QueueRules { needs: needs(&[(1, 3)]), ..QueueRules::plain(queue(1)) };
    let mut office = Office::new(vec![rules]);
    let knows = |number, how_well| {
        let mut profile = one_chat(number);
        profile.skills.insert(skill(1), level(how_well));
        profile
    };
    office.ready(knows(1, 3));
    office.now += 5;
    office.ready(knows(2, 5));
    office.ready(knows(3, 1));
    office.ready(one_chat(4));
    office.tell(Event::AgentChanged(knows(5, 3)));
    office.asks(1);
    let decision = office.all_offers().next().unwrap().decision.clone();
    assert_eq!(decision.chosen, agent(1));
    assert_eq!(decision.eligible, 2);
    let named: Vec<MembershipId> = decision.candidates.iter().map(|candidate| candidate.agent).collect();
    assert_eq!(named, [1, 2, 5, 3, 4].map(agent), "the best first, then who came closest");
    let standing = |place: usize| match decision.candidates[place].verdict {
        Verdict::Eligible(standing) => standing,
        Verdict::Excluded(_) => panic!("could help"),
    };
    assert!(standing(0).idle_since < standing(1).idle_since, "because she was idle longer");
    let reasons: Vec<Verdict> = decision.candidates[2..].iter().map(|candidate| candidate.verdict).collect();
    let why = [Exclusion::Offline, Exclusion::LevelTooLow, Exclusion::MissingSkill];
    assert_eq!(reasons, why.map(Verdict::Excluded));
    assert_eq!(decision.excluded.total(), 3);
    assert_eq!(decision.excluded.counts().len(), 3);
}

#[test]
fn an_unknown_queue_loses_nobody() {
    let mut office = Office::plain();
    office.ready(profile(1, &[1, 7]));
    office.tell(Event::Enqueued(waiting(1, queue(7), at(0))));
    assert_eq!(office.status(1), Some(Status::Waiting));
    let queues = vec![Queue::try_from(QueueRules::plain(queue(7))).unwrap()];
    office.tell(Event::Configured(Configuration { queues, connection_grace: Seconds(60) }));
    assert_eq!(office.offers(), [(contact(1), agent(1))]);
}

#[test]
fn answers_that_come_too_late_change_nothing() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.asks(1);
    office.later(20);
    let before = office.state.snapshot();
    office.tell(Event::Accepted { contact: contact(1), agent: agent(1) });
    office.tell(Event::Declined { contact: contact(1), agent: agent(1) });
    office.tell(Event::Left(contact(9)));
    assert_eq!(office.commands, []);
    assert_eq!(office.state.snapshot(), before);
}

#[test]
fn what_does_not_fit_together_in_the_rows_is_mended_and_told() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.asks(1);
    office.accept();
    office.asks(2);
    let mut snapshot = office.state.snapshot();
    snapshot.agents.clear();
    let later: Timestamp = at(5);
    let mut state = State::restore(snapshot, later);
    let commands = decide(&mut state, Event::Tick, later);
    assert_eq!(commands, [Command::Requeue { contact: contact(1), agent: agent(1) }]);
    assert_eq!(state.queue_in_order(queue(1)), [1, 2].map(contact));
}

#[test]
fn a_talk_that_ended_is_recorded_when_its_agent_goes_and_offered_to_nobody() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.asks(1);
    office.accept();
    office.tell(Event::Ended(contact(1)));
    office.ready(one_chat(2));
    office.tell(Event::ConnectionLost { agent: agent(1), since: at(office.now) });
    office.later(60);
    let close = Command::Close { contact: contact(1), agent: agent(1) };
    assert_eq!(office.commands, [Command::SetOffline { agent: agent(1) }, close]);
    assert_eq!(office.status(1), None);
}

#[test]
fn the_minute_of_a_lost_agent_counts_from_when_their_screen_was_last_heard() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.now += 45;
    office.tell(Event::ConnectionLost { agent: agent(1), since: at(0) });
    office.later(14);
    assert_eq!(office.commands, []);
    office.later(1);
    assert_eq!(office.commands, [Command::SetOffline { agent: agent(1) }]);
}

#[test]
fn an_offer_that_ran_out_while_nobody_could_answer_was_not_missed() {
    let mut office = Office::plain();
    office.ready(one_chat(1));
    office.asks(1);
    office.now += 30;
    office.tell(Event::OutOfReach { since: at(5) });
    let why = Withdrawn::OutOfReach;
    assert_eq!(office.commands[0], Command::Withdraw { contact: contact(1), agent: agent(1), why });
    assert_eq!(office.offers(), [(contact(1), agent(1))], "she is ready as before");

    office.now += 30;
    office.tell(Event::OutOfReach { since: at(51) });
    let reason = NotReadyReason::MissedOffer;
    let missed = Command::SetNotReady { agent: agent(1), reason };
    assert!(office.commands.contains(&missed), "that time she could have answered");
}

#[test]
fn a_contact_moved_while_it_is_offered_may_come_back_to_the_same_agent() {
    let mut office = Office::new(vec![QueueRules::plain(queue(1)), QueueRules::plain(queue(2))]);
    office.ready(profile(1, &[1, 2]));
    office.asks(1);
    let (needs, priority, since) = (needs(&[]), Priority::NORMAL, at(0));
    let to = Destination::Queue { queue: queue(2), needs, priority, since };
    office.tell(Event::Transferred { contact: contact(1), to });
    assert_eq!(office.offers(), [(contact(1), agent(1))], "she did not let it pass");
}
