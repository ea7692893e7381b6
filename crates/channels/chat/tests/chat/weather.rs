//! A bad line: sockets that break at any moment, messages sent again and again. Nothing acknowledged is lost, nothing
//! is doubled, and the visitor's numbers have no gap.

use crate::house::{Got, House, Tab};
use db::db_test;
use db::testing::TestDb;
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// A small generator, so that a story can be played again.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// A browser as it should be: keeps what is not acknowledged, and asks for what comes after what is complete.
#[derive(Default)]
struct Browser {
    entries: BTreeMap<i64, Value>,
    outbox: BTreeMap<String, String>,
    acknowledged: BTreeMap<String, i64>,
}

impl Browser {
    fn complete(&self) -> i64 {
        self.entries
            .keys()
            .zip(1..)
            .take_while(|(seq, expected)| *seq == expected)
            .last()
            .map_or(0, |(seq, _)| *seq)
    }

    fn take(&mut self, frame: &Value) {
        match frame["type"].as_str().unwrap() {
            "entry" => {
                let entry = &frame["entry"];
                let seq = entry["seq"].as_i64().unwrap();
                if let Some(known) = self.entries.insert(seq, entry.clone()) {
                    assert_eq!(&known, entry, "a number means one entry for ever");
                }
            }
            "ack" => {
                let reference = frame["ref"].as_str().unwrap().to_owned();
                let seq = frame["seq"].as_i64().unwrap();
                self.outbox.remove(&reference);
                let before = self.acknowledged.insert(reference, seq);
                assert!(before.is_none_or(|before| before == seq), "the same acknowledgement each time");
            }
            "refused" => panic!("{frame}"),
            _ => {}
        }
    }

    async fn read(&mut self, tab: &mut Tab, time: Duration) {
        while let Some(Got::Frame(frame)) = tab.within(time).await {
            self.take(&frame);
        }
    }
}

async fn weather(db: TestDb, seed: u64) {
    let limits = chat::Limits {
        messages: chat::Rate::new(10_000, 10_000),
        frames: chat::Rate::new(10_000, 10_000),
        requests: chat::Rate::new(10_000, 10_000),
        ..chat::Limits::default()
    };
    let house = House::with(db, limits).await;
    let begun = house.begin("Hallo").await;
    house.assign(begun.contact).await;
    let mut chance = Chance(seed);
    let mut browser = Browser::default();
    let mut tab: Option<Tab> = None;
    for step in 0..80 {
        if tab.is_none() {
            let mut fresh = house.tab(&begun.token, browser.complete()).await;
            for (reference, text) in &browser.outbox {
                fresh.say(reference, text).await;
            }
            tab = Some(fresh);
        }
        let open = tab.as_mut().unwrap();
        match chance.below(10) {
            0..=3 => {
                let (reference, text) = (format!("r{step}"), format!("bericht {step}"));
                open.say(&reference, &text).await;
                if chance.below(3) == 0 {
                    open.say(&reference, &text).await;
                }
                browser.outbox.insert(reference, text);
            }
            4..=5 => house.agent_says(begun.contact, &format!("antwoord {step}")).await,
            6 => house.agent_notes(begun.contact, "onder ons").await,
            7 => browser.read(open, Duration::from_millis(chance.below(20))).await,
            _ => {
                if chance.below(2) == 0 {
                    tokio::time::sleep(Duration::from_millis(chance.below(10))).await;
                }
                if let Some(open) = tab.take() {
                    open.cut();
                }
            }
        }
    }
    drop(tab);
    let mut last = house.tab(&begun.token, browser.complete()).await;
    for (reference, text) in browser.outbox.clone() {
        last.say(&reference, &text).await;
    }
    browser.read(&mut last, Duration::from_millis(500)).await;
    assert!(browser.outbox.is_empty(), "everything is acknowledged in the end: {:?}", browser.outbox);

    let mut fresh = Browser::default();
    let mut whole = house.tab(&begun.token, 0).await;
    fresh.read(&mut whole, Duration::from_millis(500)).await;
    assert_eq!(fresh.entries, browser.entries, "what grew over many lines is what one line gives");
    assert_eq!(browser.complete(), i64::try_from(browser.entries.len()).unwrap(), "no gap");
    for (reference, seq) in &browser.acknowledged {
        let of_this: Vec<_> =
            browser.entries.iter().filter(|(_, entry)| entry["ref"] == **reference).collect();
        assert_eq!(of_this.len(), 1, "{reference} stands there once");
        assert_eq!(of_this[0].0, seq);
    }
}

#[db_test]
async fn nothing_is_lost_or_doubled_on_a_bad_line(db: TestDb) {
    weather(db, 7).await;
}

#[db_test]
async fn nor_on_another_bad_line(db: TestDb) {
    weather(db, 20_261_102).await;
}
