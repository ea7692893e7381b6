//! An origin that is understood is written in one spelling, and understood again as the same.
#![no_main]

use chat::model::Origin;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(origin) = Origin::parse(text) {
        assert_eq!(Origin::parse(&origin.to_string()), Some(origin));
    }
});
