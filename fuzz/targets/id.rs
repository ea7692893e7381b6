//! What is read as an id, an author, a subject, a language or a cursor is written back as the same.
#![no_main]

use base::{Actor, ContactId, Language, Subject};
use contact::model::Author;
use libfuzzer_sys::fuzz_target;
use std::fmt::{Debug, Display};
use std::str::FromStr;

fn goes_round<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(value) = text.parse::<T>() {
        let written = value.to_string();
        assert_eq!(written.parse::<T>().ok(), Some(value), "{text} was written as {written}");
    }
}

fuzz_target!(|text: &str| {
    goes_round::<ContactId>(text);
    goes_round::<Actor>(text);
    goes_round::<Subject>(text);
    goes_round::<Language>(text);
    goes_round::<Author>(text);
    if let Ok(cursor) = web::extract::parse::<web::Cursor>(format!("{text:?}").as_bytes())
        && let Ok(key) = cursor.decode()
    {
        assert_eq!(web::Cursor::encode(&key).decode().ok(), Some(key));
    }
});
