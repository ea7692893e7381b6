//! A frame from a visitor's socket is taken or refused with a reason, whatever its bytes are.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Err(refusal) = chat::frames::parse_bytes(bytes) {
        assert!(!refusal.error.detail().is_empty(), "a refusal says why");
    }
});
