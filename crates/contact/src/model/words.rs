//! Small closed sets that stand as one lower-case word in a column, in JSON and in the journal.

/// Declares an enum whose variants each have one word. The word is taken as a token: a literal would come to the
/// derive of the API description wrapped up, which then shows the variant's name in place of the word.
macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:tt,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = base::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err(base::Error::invalid("value", concat!("use one of:" $(, " ", $word)+))),
                }
            }
        }

        impl db::IntoValue for $name {
            const KIND: db::Kind = db::Kind::Text;
            fn into_value(self) -> db::Value {
                db::Value::Text(self.as_str().to_owned())
            }
        }
    )+};
}

pub(crate) use words;

#[cfg(test)]
mod tests {
    use crate::model::{CustomerKind, EntryKind, State};

    #[test]
    fn a_word_means_the_same_in_a_column_and_in_json() {
        for state in State::ALL {
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
            assert_eq!(state.as_str().parse::<State>().unwrap(), *state);
        }
        assert!("person".parse::<CustomerKind>().is_ok());
        assert!("Person".parse::<CustomerKind>().is_err());
        assert!("letter".parse::<EntryKind>().unwrap_err().detail().contains("message"));
    }
}
