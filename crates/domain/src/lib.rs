//! placeholder
pub mod worksheet;
