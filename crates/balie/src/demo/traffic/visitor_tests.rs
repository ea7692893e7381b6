//! A customer alone with somebody who answers in their own way, or not at all.

use super::*;
use base::Env;

fn talk() -> Talk {
    let text = "- Vraag\n- nog iets\n> Antwoord een\n> Antwoord twee\n- Dank\n> Graag gedaan";
    Talk::try_from(text.to_owned()).unwrap()
}

/// A customer of the usual sort.
fn usual(talk: &Talk, now: Timestamp) -> Visitor {
    let sorts =
        (0..).map(|seed| Visitor::new(talk, &["Hallo?".to_owned()], Dice::new(seed), Pace::new(1.0), now));
    sorts.into_iter().find(|visitor| visitor.character == Character::Usual).unwrap()
}

/// Lets time pass until the customer has nothing to do, and tells what was done.
fn wait(visitor: &mut Visitor, now: &mut Timestamp, most: Duration) -> Vec<Deed> {
    let until = *now + most;
    let mut deeds = Vec::new();
    while let Some(at) = visitor.due().filter(|at| *at <= until) {
        *now = at.max(*now);
        deeds.extend(visitor.act(*now).filter(|deed| *deed != Deed::Type));
    }
    *now = until;
    deeds
}

fn said(text: &str) -> Deed {
    Deed::Say(text.to_owned())
}

#[test]
fn a_customer_follows_the_talk_with_whoever_answers_freely() {
    let mut now = Env::test(1).0.now();
    let mut visitor = usual(&talk(), now);
    assert_eq!(wait(&mut visitor, &mut now, Duration::from_mins(1)), [said("nog iets")]);
    visitor.moved(Stage::Active, now);
    visitor.hear("Een heel ander antwoord", now);
    assert_eq!(wait(&mut visitor, &mut now, Duration::from_mins(1)), [said("Dank")]);
    visitor.hear("Tot ziens", now);
    let deeds = wait(&mut visitor, &mut now, Duration::from_mins(2));
    assert!(matches!(deeds.as_slice(), [Deed::End | Deed::Leave]), "{deeds:?}");
}

#[test]
fn a_customer_waits_while_the_colleague_types() {
    let mut now = Env::test(1).0.now();
    let mut visitor = usual(&talk(), now);
    wait(&mut visitor, &mut now, Duration::from_mins(1));
    visitor.moved(Stage::Active, now);
    visitor.hear("Antwoord een", now);
    visitor.hear("Antwoord twee", now);
    visitor.sees_typing(now + Duration::from_secs(5));
    assert!(visitor.due().unwrap() >= now + Duration::from_secs(13));
}

#[test]
fn a_customer_whom_nobody_answers_asks_twice_and_goes() {
    let mut now = Env::test(1).0.now();
    let mut visitor = usual(&talk(), now);
    visitor.moved(Stage::Active, now);
    let deeds = wait(&mut visitor, &mut now, Duration::from_hours(1));
    assert_eq!(deeds, [said("nog iets"), said("Hallo?"), said("Hallo?"), Deed::End]);
}

#[test]
fn a_customer_for_whom_nobody_comes_goes_in_the_end() {
    let mut now = Env::test(1).0.now();
    let mut visitor = usual(&talk(), now);
    let deeds = wait(&mut visitor, &mut now, Duration::from_hours(1));
    assert_eq!(deeds, [said("nog iets"), Deed::End]);
}

#[test]
fn an_ended_conversation_leaves_nothing_to_do() {
    let mut now = Env::test(1).0.now();
    for seed in 0..50 {
        let mut visitor = Visitor::new(&talk(), &[], Dice::new(seed), Pace::new(1.0), now);
        visitor.asked_whether_there(now);
        visitor.moved(Stage::Ended, now);
        assert!(wait(&mut visitor, &mut now, Duration::from_hours(1)).is_empty());
    }
}

#[test]
fn asked_whether_they_are_still_there_most_say_yes() {
    let mut now = Env::test(1).0.now();
    let mut visitor = usual(&talk(), now);
    visitor.asked_whether_there(now);
    assert!(wait(&mut visitor, &mut now, Duration::from_secs(9)).contains(&Deed::Here));
}
