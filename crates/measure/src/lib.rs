//! Instruments, scoring, change, trend and the figures of charts: numbers in, numbers out.
//!
//! An [`Instrument`] is read from one content file and checked as a whole, so an instrument that
//! exists can be scored. [`score`] turns [`Answers`] into a [`Scored`]; [`change`] compares two
//! scores; [`trend`] sums up a dated series so that a view can say it in one sentence; [`chart`]
//! places the series in a drawing.
//!
//! This crate never reads a file, a clock or an environment, and it never words a sentence:
//! wording belongs to the locale files, the official wording of an instrument to its own file.

pub mod answers;
pub mod change;
pub mod chart;
pub mod instrument;
pub mod nesting;
pub mod scoring;
pub mod trend;

pub use answers::{Answer, Answers};
pub use instrument::{Instrument, InstrumentId, Item, ItemId, ParseError};
pub use scoring::{AnswerError, RiskFlag, Score, Scored, score};
