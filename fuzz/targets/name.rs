//! The name of a file from outside becomes one that harms no folder and no header.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|name: &str| {
    let clean = blob::clean_name(name, "application/pdf");
    assert!(!clean.is_empty() && clean != "." && clean != "..");
    assert!(!clean.contains(['/', '\\', '"']) && !clean.chars().any(char::is_control), "{clean:?}");
    assert_eq!(blob::clean_name(&clean, "application/pdf"), clean, "cleaning twice changes nothing");
});
