//! Values on their way into and out of the database, the same for both engines.
//!
//! Ids are TEXT, instants BIGINT microseconds, dates TEXT `YYYY-MM-DD`, flags by their own type,
//! JSON is TEXT.

use std::borrow::Cow;
use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

/// One cell: what both engines can keep. Its `Debug` text tells the kind only, since drivers write the values they
/// bind into their logs.
#[derive(Clone, PartialEq)]
pub enum Value<'a> {
    /// SQL NULL.
    Null,
    /// A flag: INTEGER 0 or 1 on SQLite, BOOLEAN on PostgreSQL.
    Bool(bool),
    /// A whole number; adapts to the width of the column, refused if it does not fit.
    Int(i64),
    /// A number with a fraction. NaN is refused: SQLite would silently keep NULL.
    Real(f64),
    /// Text without NUL characters: PostgreSQL cannot keep them.
    Text(Cow<'a, str>),
    /// Bytes: BLOB or BYTEA.
    Bytes(Cow<'a, [u8]>),
}

impl Value<'_> {
    /// The same, kept for longer than its row.
    pub(crate) fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(flag) => Value::Bool(flag),
            Value::Int(number) => Value::Int(number),
            Value::Real(number) => Value::Real(number),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Bytes(bytes) => Value::Bytes(Cow::Owned(bytes.into_owned())),
        }
    }

    /// What kind of value this is, for error messages. Never the value itself, which may be clinical.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Value::Null => "NULL",
            Value::Bool(_) => "a flag",
            Value::Int(_) => "a whole number",
            Value::Real(_) => "a number with a fraction",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
        }
    }
}

impl fmt::Debug for Value<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind())
    }
}

/// A value could not be turned into, or made from, a cell. Says what was wrong, never the value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueError(String);

impl ValueError {
    /// An error with a reason that must not contain the value.
    pub fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }

    fn wanted(wanted: &str, got: &Value<'_>) -> Self {
        Self(format!("expected {wanted}, found {}", got.kind()))
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for ValueError {}

/// What can be bound to a placeholder.
pub trait ToValue {
    /// The cell to bind.
    ///
    /// # Errors
    /// When the value has no faithful form on both engines.
    fn to_value(&self) -> Result<Value<'_>, ValueError>;
}

/// What can be read out of a column.
pub trait FromValue: Sized {
    /// Makes the value of a cell.
    ///
    /// # Errors
    /// When the cell holds something else.
    fn from_value(value: Value<'_>) -> Result<Self, ValueError>;
}

impl ToValue for Value<'_> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(match self {
            Value::Text(text) => Value::Text(Cow::Borrowed(text.as_ref())),
            Value::Bytes(bytes) => Value::Bytes(Cow::Borrowed(bytes.as_ref())),
            other => other.clone().into_owned(),
        })
    }
}

impl<T: ToValue + ?Sized> ToValue for &T {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        (**self).to_value()
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_ref().map_or(Ok(Value::Null), ToValue::to_value)
    }
}

impl<T: FromValue> FromValue for Option<T> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Null => Ok(None),
            other => T::from_value(other).map(Some),
        }
    }
}

impl ToValue for str {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        if self.contains('\0') {
            return Err(ValueError::new("text with a NUL character cannot be stored"));
        }
        Ok(Value::Text(Cow::Borrowed(self)))
    }
}

impl ToValue for String {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_str().to_value()
    }
}

impl ToValue for Cow<'_, str> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        (**self).to_value()
    }
}

impl FromValue for String {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Text(text) => Ok(text.into_owned()),
            other => Err(ValueError::wanted("text", &other)),
        }
    }
}

impl ToValue for [u8] {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Bytes(Cow::Borrowed(self)))
    }
}

impl ToValue for Vec<u8> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_slice().to_value()
    }
}

impl<const N: usize> ToValue for [u8; N] {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        self.as_slice().to_value()
    }
}

impl FromValue for Vec<u8> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Bytes(bytes) => Ok(bytes.into_owned()),
            other => Err(ValueError::wanted("bytes", &other)),
        }
    }
}

impl<const N: usize> FromValue for [u8; N] {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        let bytes = Vec::<u8>::from_value(value)?;
        let found = bytes.len();
        bytes.try_into().map_err(|_| ValueError::new(format!("expected {N} bytes, found {found}")))
    }
}

impl ToValue for bool {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Bool(*self))
    }
}

impl FromValue for bool {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Bool(flag) => Ok(flag),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            other => Err(ValueError::wanted("a flag", &other)),
        }
    }
}

impl ToValue for f64 {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        if self.is_nan() {
            return Err(ValueError::new("not a number (NaN) cannot be stored"));
        }
        Ok(Value::Real(*self))
    }
}

impl FromValue for f64 {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            Value::Real(number) => Ok(number),
            // SQLite keeps whole numbers of computed columns as integers.
            Value::Int(number) => Ok(number as f64),
            other => Err(ValueError::wanted("a number", &other)),
        }
    }
}

/// Whole numbers of every width travel as i64 and are checked on the way out.
macro_rules! whole_numbers {
    ($($number:ty),+) => {$(
        impl ToValue for $number {
            fn to_value(&self) -> Result<Value<'_>, ValueError> {
                i64::try_from(*self)
                    .map(Value::Int)
                    .map_err(|_| ValueError::new("the number does not fit into 64 bits with a sign"))
            }
        }
        impl FromValue for $number {
            fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
                match value {
                    Value::Int(number) => <$number>::try_from(number).map_err(|_| {
                        ValueError::new(concat!("the number does not fit into ", stringify!($number)))
                    }),
                    other => Err(ValueError::wanted("a whole number", &other)),
                }
            }
        }
    )+};
}
whole_numbers!(i64, i32, i16, u64, u32, u16, u8, usize);

impl ToValue for Timestamp {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Int(self.as_microsecond()))
    }
}

impl FromValue for Timestamp {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        let micros = i64::from_value(value)?;
        Self::from_microsecond(micros).map_err(|_| ValueError::new("the instant is out of range"))
    }
}

/// Types whose `Display` and `FromStr` are exact inverses travel as TEXT.
macro_rules! through_text {
    ($($type:ty => $what:literal),+ $(,)?) => {$(
        impl ToValue for $type {
            fn to_value(&self) -> Result<Value<'_>, ValueError> {
                Ok(Value::Text(Cow::Owned(self.to_string())))
            }
        }
        impl FromValue for $type {
            fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
                match value {
                    Value::Text(text) => {
                        text.parse().map_err(|_| ValueError::new(concat!("the text is not ", $what)))
                    }
                    other => Err(ValueError::wanted($what, &other)),
                }
            }
        }
    )+};
}
through_text!(Date => "a date", DateTime => "a date and time", Time => "a time", Uuid => "an id");

/// Any serde type kept as JSON text: `&Json(&body)` on the way in, `row.get::<Json<Body>>(2)?.0` out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Json<T>(pub T);

impl<T: Serialize> ToValue for Json<T> {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        let text = serde_json::to_string(&self.0)
            .map_err(|_| ValueError::new("the value cannot be written as JSON"))?;
        Ok(Value::Text(Cow::Owned(text)))
    }
}

impl<T: DeserializeOwned> FromValue for Json<T> {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        match value {
            // Line and column only: serde's own message may quote the value.
            Value::Text(text) => serde_json::from_str(&text).map(Json).map_err(|wrong| {
                let (line, column) = (wrong.line(), wrong.column());
                ValueError::new(format!("the JSON does not fit its type (line {line}, column {column})"))
            }),
            other => Err(ValueError::wanted("JSON text", &other)),
        }
    }
}

impl ToValue for serde_json::Value {
    fn to_value(&self) -> Result<Value<'_>, ValueError> {
        Ok(Value::Text(Cow::Owned(self.to_string())))
    }
}

impl FromValue for serde_json::Value {
    fn from_value(value: Value<'_>) -> Result<Self, ValueError> {
        Json::from_value(value).map(|Json(inner)| inner)
    }
}

/// Lets ids be bound and read: newtypes around `Uuid` with `From<Uuid>` and `Copy + Into<Uuid>`.
///
/// `uuid_values!(domain::ClientId, domain::EpisodeId);`
#[macro_export]
macro_rules! uuid_values {
    ($($id:ty),+ $(,)?) => {$(
        impl $crate::ToValue for $id {
            fn to_value(&self) -> Result<$crate::Value<'_>, $crate::ValueError> {
                let id: ::uuid::Uuid = (*self).into();
                Ok($crate::Value::Text(id.to_string().into()))
            }
        }
        impl $crate::FromValue for $id {
            fn from_value(value: $crate::Value<'_>) -> Result<Self, $crate::ValueError> {
                <::uuid::Uuid as $crate::FromValue>::from_value(value).map(<$id>::from)
            }
        }
    )+};
}

/// Lets types be kept as TEXT through `Display` and `FromStr`, for enums and text ids.
///
/// `text_values!(measure::InstrumentId, domain::Role);`
#[macro_export]
macro_rules! text_values {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::ToValue for $type {
            fn to_value(&self) -> Result<$crate::Value<'_>, $crate::ValueError> {
                Ok($crate::Value::Text(self.to_string().into()))
            }
        }
        impl $crate::FromValue for $type {
            fn from_value(value: $crate::Value<'_>) -> Result<Self, $crate::ValueError> {
                let text = <String as $crate::FromValue>::from_value(value)?;
                text.parse().map_err(|_| {
                    $crate::ValueError::new(concat!("the text is not a ", stringify!($type)))
                })
            }
        }
    )+};
}

/// Lets types be kept as JSON text through serde.
///
/// `json_values!(protocol::EventKind, measure::Answers);`
#[macro_export]
macro_rules! json_values {
    ($($type:ty),+ $(,)?) => {$(
        impl $crate::ToValue for $type {
            fn to_value(&self) -> Result<$crate::Value<'_>, $crate::ValueError> {
                match $crate::Json(self).to_value()? {
                    $crate::Value::Text(text) => Ok($crate::Value::Text(text.into_owned().into())),
                    _ => Err($crate::ValueError::new("JSON is text")),
                }
            }
        }
        impl $crate::FromValue for $type {
            fn from_value(value: $crate::Value<'_>) -> Result<Self, $crate::ValueError> {
                <$crate::Json<$type> as $crate::FromValue>::from_value(value).map(|json| json.0)
            }
        }
    )+};
}
