//! A body of a request is taken or refused, whatever its bytes are; what is taken keeps its promises.
#![no_main]

use contact::NewMessage;
use libfuzzer_sys::fuzz_target;
use web::extract::parse;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(message) = parse::<NewMessage>(bytes)
        && let Ok(text) = message.check()
    {
        assert!(!text.is_empty() || !message.attachments.is_empty(), "an empty message is refused");
    }
    let _ = parse::<contact::CustomerToMake>(bytes);
    let _ = parse::<chat::model::BeginConversation>(bytes);
    let _ = parse::<chat::model::Settings>(bytes);
    if let Ok(rules) = parse::<routing::model::QueueRules>(bytes) {
        let _ = routing::model::Queue::try_from(rules);
    }
});
