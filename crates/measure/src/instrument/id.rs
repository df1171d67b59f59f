//! Names of instruments and items.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// A text that cannot be the name of an instrument or item.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a name: use 1 to {length_max} of {allowed}")]
pub struct IdError {
    text: String,
    length_max: usize,
    allowed: &'static str,
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $length_max:literal, $allowed:literal, $is_allowed:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Returns the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                let is_allowed: fn(char) -> bool = $is_allowed;
                if (1..=$length_max).contains(&text.len()) && text.chars().all(is_allowed) {
                    Ok(Self(text.to_owned()))
                } else {
                    // A hostile text should not travel on through an error at full length.
                    let text = text.chars().take($length_max).collect();
                    Err(IdError { text, length_max: $length_max, allowed: $allowed })
                }
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

id!(
    /// Name of an instrument, such as `phq-9`: lower-case letters, digits and hyphens.
    InstrumentId,
    40,
    "lower-case letters, digits and hyphens",
    |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);

id!(
    /// Name of an item within its instrument, usually its number on the form.
    ItemId,
    16,
    "letters, digits and hyphens",
    |c| c.is_ascii_alphanumeric() || c == '-'
);
