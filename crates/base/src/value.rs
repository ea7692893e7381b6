//! How small things stand in a column or a parameter of a statement. Plain data: the database room binds and reads it.

use crate::{Actor, Error, Language, Position, Result, Timestamp};

/// A bound value. A missing value keeps its kind, because PostgreSQL wants to know it.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// No value, of this kind.
    Null(Kind),
    /// Text: `TEXT`.
    Text(String),
    /// A whole number or a time: `BIGINT`.
    Int(i64),
    /// A fraction: `DOUBLE PRECISION`.
    Float(f64),
    /// Yes or no: `BOOLEAN`.
    Bool(bool),
    /// Bytes: `BYTEA`.
    Bytes(Vec<u8>),
}

/// The kind of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "they mirror the variants of Value")]
pub enum Kind {
    Text,
    Int,
    Float,
    Bool,
    Bytes,
}

/// What can be bound.
pub trait IntoValue {
    /// The kind it becomes.
    const KIND: Kind;
    /// Makes the value.
    fn into_value(self) -> Value;
}

/// What can be read from a column.
pub trait FromValue: Sized {
    /// The kind of its column.
    const KIND: Kind;
    /// Reads it. An error means that the column and the code do not agree.
    fn from_value(value: Value) -> Result<Self>;
}

/// The column holds something else than the code expects.
pub fn unexpected(value: &Value) -> Error {
    match value {
        Value::Null(_) => Error::internal("a column that must be filled is empty"),
        _ => Error::internal("a column holds a value of another kind"),
    }
}

macro_rules! into_value {
    ($($type:ty => $kind:ident, |$value:ident| $make:expr;)+) => {$(
        impl IntoValue for $type {
            const KIND: Kind = Kind::$kind;
            fn into_value(self) -> Value {
                let $value = self;
                Value::$kind($make)
            }
        }
    )+};
}

into_value! {
    String => Text, |text| text;
    &str => Text, |text| text.to_owned();
    &String => Text, |text| text.clone();
    i64 => Int, |number| number;
    i32 => Int, |number| number.into();
    u32 => Int, |number| number.into();
    u16 => Int, |number| number.into();
    u8 => Int, |number| number.into();
    f64 => Float, |number| number;
    bool => Bool, |flag| flag;
    Vec<u8> => Bytes, |bytes| bytes;
    &[u8] => Bytes, |bytes| bytes.to_vec();
    &Vec<u8> => Bytes, |bytes| bytes.clone();
    Timestamp => Int, |at| at.micros();
    Position => Int, |position| position.0;
    Actor => Text, |actor| actor.to_string();
    Language => Text, |language| language.to_string();
    &Language => Text, |language| language.to_string();
}

impl<T: IntoValue> IntoValue for Option<T> {
    const KIND: Kind = T::KIND;
    fn into_value(self) -> Value {
        self.map_or(Value::Null(T::KIND), T::into_value)
    }
}

macro_rules! from_value {
    ($($type:ty => $kind:ident, |$value:ident| $make:expr;)+) => {$(
        impl FromValue for $type {
            const KIND: Kind = Kind::$kind;
            fn from_value(value: Value) -> Result<Self> {
                match value {
                    Value::$kind($value) => $make,
                    other => Err(unexpected(&other)),
                }
            }
        }
    )+};
}

from_value! {
    String => Text, |text| Ok(text);
    i64 => Int, |number| Ok(number);
    u32 => Int, |number| u32::try_from(number).map_err(Error::internal);
    u16 => Int, |number| u16::try_from(number).map_err(Error::internal);
    u8 => Int, |number| u8::try_from(number).map_err(Error::internal);
    f64 => Float, |number| Ok(number);
    bool => Bool, |flag| Ok(flag);
    Vec<u8> => Bytes, |bytes| Ok(bytes);
    Timestamp => Int, |micros| Ok(Timestamp::from_micros(micros));
    Position => Int, |number| Ok(Position(number));
    Actor => Text, |text| text.parse().map_err(Error::internal);
    Language => Text, |text| text.parse();
}

impl<T: FromValue> FromValue for Option<T> {
    const KIND: Kind = T::KIND;
    fn from_value(value: Value) -> Result<Self> {
        match value {
            Value::Null(_) => Ok(None),
            value => T::from_value(value).map(Some),
        }
    }
}
