//! What the format looks like, found by asking the reader itself which fields it would take: the JSON Schema cannot
//! say anything else than the program reads.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::words::Words;

/// Tables inside each other that are listed; conditions go on for ever.
pub(super) const DEPTH: u8 = 7;

/// The kind of a field.
#[derive(Clone, Debug)]
pub(super) enum Shape {
    /// A flag, a whole number or a text.
    Any,
    Text,
    Flag,
    Number {
        least: Option<i64>,
    },
    Word(Vec<&'static str>),
    List(Box<Shape>),
    Map(Box<Shape>),
    Table(BTreeMap<&'static str, (Shape, bool)>),
}

impl Shape {
    pub fn of_words<T: Words>() -> Self {
        Self::Word(T::words())
    }

    pub fn list(of: Self) -> Self {
        Self::List(Box::new(of))
    }

    pub fn map(of: Self) -> Self {
        Self::Map(Box::new(of))
    }

    /// The shape as JSON Schema. `whole` asks for the fields that have to be there; a file that extends another one
    /// may leave out any of them.
    pub fn schema(&self, whole: bool) -> Json {
        match self {
            Self::Any => json!({ "type": ["boolean", "integer", "string"] }),
            Self::Text => json!({ "type": "string", "minLength": 1 }),
            Self::Flag => json!({ "type": "boolean" }),
            Self::Number { least: None } => json!({ "type": "integer" }),
            Self::Number { least: Some(least) } => {
                json!({ "type": "integer", "minimum": least, "maximum": u16::MAX })
            }
            Self::Word(words) => json!({ "enum": words }),
            Self::List(of) => json!({ "type": "array", "items": of.schema(whole) }),
            Self::Map(of) => json!({ "type": "object", "additionalProperties": of.schema(whole) }),
            Self::Table(fields) => {
                let properties: Map<String, Json> = fields
                    .iter()
                    .map(|(name, (shape, _))| ((*name).to_owned(), shape.schema(whole)))
                    .collect();
                let required: Vec<&str> = fields
                    .iter()
                    .filter(|(_, (_, required))| *required && whole)
                    .map(|(name, _)| *name)
                    .collect();
                json!({
                    "type": "object",
                    "properties": properties,
                    "required": required,
                    "additionalProperties": false,
                })
            }
        }
    }
}

/// The fields of one table, while they are listed.
pub(super) struct Sketch {
    depth: u8,
    fields: BTreeMap<&'static str, (Shape, bool)>,
}

impl Sketch {
    pub fn new(depth: u8) -> Self {
        Self { depth, fields: BTreeMap::new() }
    }

    /// How deep a table inside may go; `None` when it is enough.
    pub fn deeper(&self) -> Option<u8> {
        self.depth.checked_sub(1)
    }

    pub fn note(&mut self, name: &'static str, required: bool, shape: Shape) {
        self.fields.insert(name, (shape, required));
    }

    pub fn into_shape(self) -> Shape {
        Shape::Table(self.fields)
    }
}
