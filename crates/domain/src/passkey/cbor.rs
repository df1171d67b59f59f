//! A reader for the little CBOR (RFC 8949) that passkeys speak: definite lengths and shortest forms only, no tags, no
//! floats, four levels deep, no key twice. Nothing is copied and nothing is reserved by a length that was only claimed.

/// How deep arrays and maps may lie in one another.
const DEPTH_MAX: usize = 4;
/// Most entries of one array or map.
const ENTRIES_MAX: u64 = 32;

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Value<'a> {
    /// A whole number.
    Int(i64),
    /// Bytes.
    Bytes(&'a [u8]),
    /// Text.
    Text(&'a str),
    /// Values in order.
    Array(Vec<Value<'a>>),
    /// Pairs; no key twice.
    Map(Vec<(Value<'a>, Value<'a>)>),
    /// True, false or null: read, never used.
    Simple,
}

impl<'a> Value<'a> {
    /// What a map holds under a key.
    pub(super) fn under(&self, key: &Value<'_>) -> Option<&Value<'a>> {
        let Value::Map(pairs) = self else { return None };
        pairs.iter().find(|(name, _)| name == key).map(|(_, value)| value)
    }

    /// Bytes under a numbered key.
    pub(super) fn bytes_under(&self, key: i64) -> Option<&'a [u8]> {
        match self.under(&Value::Int(key)) {
            Some(Value::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }
}

/// Reads one value; gives what follows it.
pub(super) fn read(bytes: &[u8]) -> Option<(Value<'_>, &[u8])> {
    let mut reader = Reader { rest: bytes };
    let value = reader.value(DEPTH_MAX)?;
    Some((value, reader.rest))
}

/// Reads one value that is everything.
pub(super) fn whole(bytes: &[u8]) -> Option<Value<'_>> {
    read(bytes).filter(|(_, rest)| rest.is_empty()).map(|(value, _)| value)
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.rest.split_at_checked(usize::try_from(count).ok()?)?;
        self.rest = rest;
        Some(taken)
    }

    /// Kind of the next value, and its number: a length, a count or the value itself.
    fn head(&mut self) -> Option<(u8, u64)> {
        let first = *self.take(1)?.first()?;
        let (kind, short) = (first >> 5, first & 0x1f);
        let (width, least) = match short {
            0..=23 => return Some((kind, u64::from(short))),
            24 => (1, 24),
            25 => (2, 1 << 8),
            26 => (4, 1 << 16),
            27 => (8, 1 << 32),
            _ => return None,
        };
        let number = self.take(width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
        (number >= least && kind != 7).then_some((kind, number))
    }

    fn value(&mut self, depth: usize) -> Option<Value<'a>> {
        let (kind, number) = self.head()?;
        match kind {
            0 => Some(Value::Int(i64::try_from(number).ok()?)),
            1 => Some(Value::Int(-1 - i64::try_from(number).ok()?)),
            2 => Some(Value::Bytes(self.take(number)?)),
            3 => Some(Value::Text(str::from_utf8(self.take(number)?).ok()?)),
            4 => {
                let deeper = Self::inside(depth, number)?;
                (0..number).map(|_| self.value(deeper)).collect::<Option<_>>().map(Value::Array)
            }
            5 => {
                let deeper = Self::inside(depth, number)?;
                self.pairs(deeper, number).map(Value::Map)
            }
            7 if (20..=22).contains(&number) => Some(Value::Simple),
            _ => None,
        }
    }

    fn inside(depth: usize, entries: u64) -> Option<usize> {
        depth.checked_sub(1).filter(|_| entries <= ENTRIES_MAX)
    }

    fn pairs(&mut self, depth: usize, count: u64) -> Option<Vec<(Value<'a>, Value<'a>)>> {
        let mut pairs: Vec<(Value<'a>, Value<'a>)> = Vec::new();
        for _ in 0..count {
            let key = self.value(depth)?;
            if pairs.iter().any(|(name, _)| *name == key) {
                return None;
            }
            pairs.push((key, self.value(depth)?));
        }
        Some(pairs)
    }
}
