//! A colleague and a customer together, in virtual time, through every talk that was written.

use super::super::visitor::{Deed, Stage, Visitor};
use super::*;
use crate::demo::content::{Organisation, World};
use base::Env;

/// Plays a talk to its end. Each side's words come out in order: true is the customer.
fn play(world: &World, organisation: &Organisation, dialogue: &Dialogue, seed: u64) -> Vec<(bool, String)> {
    let phrases = world.phrases(dialogue.language.as_str()).unwrap();
    let (dice, pace) = (Dice::new(seed), Pace::new(1.0));
    let mut now = Env::test(1).0.now();
    let mut visitor = Visitor::new(&dialogue.talk, &phrases.impatient, dice.another(), pace, now);
    let found = organisation.dialogue_of(dialogue.talk.question());
    let mut helper = Helper::new(found, phrases, "Sam", dice.another(), pace);
    let mut words = vec![(true, dialogue.talk.question().to_owned())];
    visitor.moved(Stage::Active, now);
    helper.opens(0, 1, false, now);
    for _ in 0..500 {
        let Some(at) = visitor.due().into_iter().chain(helper.due()).min() else { break };
        now = at.max(now);
        match visitor.act(now) {
            Some(Deed::Say(text)) => {
                helper.hear(&text, now);
                words.push((true, text));
            }
            Some(Deed::End) => {
                helper.ends(now);
                visitor.moved(Stage::Ended, now);
            }
            _ => {}
        }
        let Some(step) = helper.act(now) else { continue };
        match &step {
            Step::Type => visitor.sees_typing(now),
            Step::Say(text) => {
                visitor.hear(text, now);
                words.push((false, text.clone()));
            }
            // The colleague who takes over counts what was said.
            Step::HandTo(_) => {
                let said = words.iter().filter(|(customer, _)| !customer).count();
                helper = Helper::new(found, phrases, "Bo", dice.another(), pace);
                helper.opens(said, words.len() - said, false, now);
                continue;
            }
            Step::End => visitor.moved(Stage::Ended, now),
            Step::WrapUp => return words,
        }
        helper.did(&step, now);
    }
    words
}

#[test]
fn every_talk_can_be_played_to_its_end() {
    let world = World::load().unwrap();
    for organisation in &world.organisations {
        for dialogue in &organisation.dialogues {
            let whole = (0..40).map(|seed| play(&world, organisation, dialogue, seed)).any(|words| {
                let expected: Vec<_> = dialogue.talk.lines().map(|(customer, _)| customer).collect();
                words.iter().map(|(customer, _)| *customer).collect::<Vec<_>>() == expected
            });
            assert!(whole, "{} is never played as it was written", dialogue.code);
        }
    }
}

#[test]
fn a_colleague_says_their_own_name() {
    let world = World::load().unwrap();
    let organisation = &world.organisations[0];
    let words = play(&world, organisation, organisation.dialogue("boom").unwrap(), 2);
    assert!(words.iter().any(|(customer, text)| !customer && text.contains("Sam")));
    assert!(words.iter().all(|(_, text)| !text.contains('{')));
}

#[test]
fn somebody_who_tries_the_demo_gets_an_honest_answer_and_a_polite_end() {
    let world = World::load().unwrap();
    let phrases = world.phrases("nl").unwrap();
    let mut now = Env::test(1).0.now();
    let mut helper = Helper::new(None, phrases, "Sam", Dice::new(1), Pace::new(1.0));
    helper.opens(0, 1, false, now);
    let mut words = Vec::new();
    let mut last = None;
    while let Some(at) = helper.due() {
        now = at;
        if let Some(step) = helper.act(now) {
            helper.did(&step, now);
            if let Step::Say(text) = &step {
                words.push(text.clone());
                if words.len() == 1 {
                    helper.hear("Wat is de zin van het leven?", now);
                }
            }
            last = Some(step);
        }
    }
    let greeting = phrases.greeting.replace("{agent}", "Sam");
    assert_eq!(
        words,
        [greeting, phrases.replies[0].clone(), phrases.silent.clone(), phrases.closing.clone()]
    );
    assert_eq!(last, Some(Step::WrapUp));
}
