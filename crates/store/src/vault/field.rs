//! Where a sealed value belongs. Everything that names its place and every other plain column of its row is bound to
//! it, each with its length, so that a value that was moved or a plain cell that was changed is found on opening.

use crate::kernel::{Row, StoreError, ToValue, Value};

/// A sealed column (or the mark of a row) and the plain columns bound to it, in the order every query gives them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    /// The table.
    pub table: &'static str,
    /// The sealed column.
    pub column: &'static str,
    /// The bound columns; the row's key first.
    pub bound: &'static [&'static str],
    /// How many of the bound columns name the row in a report (never a person's words).
    pub named_by: usize,
}

/// A value with its place: what is authenticated beside it.
pub(crate) struct Place {
    bytes: Vec<u8>,
    /// Where the bound cells begin, and where the naming ones end.
    names: std::ops::Range<usize>,
}

impl Field {
    /// The place of values about to be written, in the order of [`Field::bound`].
    pub(crate) fn place(&self, values: &[&dyn ToValue]) -> Result<Place, StoreError> {
        let cells = values.iter().enumerate().map(|(index, value)| {
            value
                .to_value()
                .map_err(|wrong| StoreError::Bind { position: index + 1, reason: wrong.to_string() })
        });
        self.of(cells)
    }

    /// The place of a row just read: its bound columns stand from `at` on.
    pub(crate) fn place_in(&self, row: &Row<'_>, at: usize) -> Result<Place, StoreError> {
        self.of((at..at + self.bound.len()).map(|index| row.cell(index)))
    }

    fn of<'v>(
        &self,
        cells: impl ExactSizeIterator<Item = Result<Value<'v>, StoreError>>,
    ) -> Result<Place, StoreError> {
        if cells.len() != self.bound.len() {
            let message = format!("{}.{}: {} bound values", self.table, self.column, cells.len());
            return Err(StoreError::other("bound", message));
        }
        let mut bytes = Vec::with_capacity(64 + 48 * cells.len());
        put(&mut bytes, b't', self.table.as_bytes());
        put(&mut bytes, b'c', self.column.as_bytes());
        let mut names = bytes.len()..bytes.len();
        for (index, cell) in cells.enumerate() {
            match cell? {
                Value::Null => put(&mut bytes, b'0', &[]),
                // SQLite gives a flag back as a number.
                Value::Bool(flag) => put(&mut bytes, b'i', &i64::from(flag).to_le_bytes()),
                Value::Int(number) => put(&mut bytes, b'i', &number.to_le_bytes()),
                Value::Real(number) => put(&mut bytes, b'r', &number.to_bits().to_le_bytes()),
                Value::Text(text) => put(&mut bytes, b's', text.as_bytes()),
                Value::Bytes(inner) => put(&mut bytes, b'b', &inner),
            }
            if index < self.named_by {
                names.end = bytes.len();
            }
        }
        Ok(Place { bytes, names })
    }

    /// What is told when a value of this column does not verify.
    pub(crate) fn broken(&self, place: &Place) -> StoreError {
        StoreError::Broken {
            table: self.table.to_owned(),
            column: self.column.to_owned(),
            row: named(place.bytes.get(place.names.clone()).unwrap_or_default()),
        }
    }
}

impl Place {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }
}

fn put(bytes: &mut Vec<u8>, kind: u8, value: &[u8]) {
    bytes.push(kind);
    bytes.extend_from_slice(&(value.len() as u64).to_le_bytes());
    bytes.extend_from_slice(value);
}

/// A row's key for a report, read back from its place: only a report needs it.
fn named(mut cells: &[u8]) -> String {
    let mut words = Vec::new();
    while let Some((kind, rest)) = cells.split_first()
        && let Some((length, rest)) = rest.split_first_chunk::<8>()
        && let Some((value, rest)) =
            usize::try_from(u64::from_le_bytes(*length)).ok().and_then(|length| rest.split_at_checked(length))
    {
        words.push(match (kind, <[u8; 8]>::try_from(value)) {
            (b's', _) => String::from_utf8_lossy(value).into_owned(),
            (b'i', Ok(number)) => i64::from_le_bytes(number).to_string(),
            (b'0', _) => Value::Null.kind().to_owned(),
            (b'r', _) => Value::Real(0.0).kind().to_owned(),
            _ => Value::Bytes(Vec::new().into()).kind().to_owned(),
        });
        cells = rest;
    }
    words.join("/")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const FIELD: Field = Field { table: "t", column: "body", bound: &["a", "b"], named_by: 1 };

    #[test]
    fn c1_no_two_rows_share_a_place() {
        let place = |values: [&dyn ToValue; 2]| FIELD.place(&values).unwrap().bytes;
        let one = place([&"ab", &"c"]);
        for other in [place([&"a", &"bc"]), place([&"abc", &""]), place([&"ab", &None::<&str>])] {
            assert_ne!(one, other);
        }
        assert_ne!(place([&"1", &""]), place([&1, &""]));
        let elsewhere = Field { column: "text", ..FIELD };
        assert_ne!(elsewhere.place(&[&"ab", &"c"]).unwrap().bytes, one);
        let elsewhere = Field { table: "u", ..FIELD };
        assert_ne!(elsewhere.place(&[&"ab", &"c"]).unwrap().bytes, one);
        assert!(FIELD.place(&[&"ab"]).is_err());
    }

    #[test]
    fn a_broken_value_is_named_by_its_place_alone() {
        let place = FIELD.place(&[&"ab", &"words"]).unwrap();
        let told = FIELD.broken(&place).to_string();
        assert!(told.contains("t.body") && told.contains("ab") && !told.contains("words"), "{told}");
        let named = |values: [&dyn ToValue; 2]| {
            let field = Field { named_by: 2, ..FIELD };
            let StoreError::Broken { row, .. } = field.broken(&field.place(&values).unwrap()) else {
                unreachable!("a broken row")
            };
            row
        };
        assert_eq!(named([&"a/b", &7]), "a/b/7");
        assert_eq!(named([&None::<&str>, &true]), "NULL/1");
    }
}
