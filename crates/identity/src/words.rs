//! Closed lists of words: an enum whose variants have one spelling in the database, in JSON and in the interface.

/// Declares a closed list of words. The spelling is the variant's name in snake case.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, serde::Deserialize,
            utoipa::ToSchema,
        )]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word.
            pub const fn word(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = base::Error;

            fn from_str(text: &str) -> base::Result<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == text).ok_or_else(|| {
                    let known: Vec<_> = Self::ALL.iter().map(|one| one.word()).collect();
                    base::Error::new(base::ErrorCode::Invalid, format!("Choose one of: {}.", known.join(", ")))
                })
            }
        }

        impl base::value::IntoValue for $name {
            const KIND: base::value::Kind = base::value::Kind::Text;
            fn into_value(self) -> base::value::Value {
                base::value::Value::Text(self.word().to_owned())
            }
        }
    };
}

pub(crate) use words;
