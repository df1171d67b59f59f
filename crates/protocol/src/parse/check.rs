//! Checking: whether the parts of a protocol fit together.
use super::reader::Reader;
use crate::model::Protocol;

pub(super) fn check(_reader: &mut Reader<'_>, _protocol: &Protocol) {}
