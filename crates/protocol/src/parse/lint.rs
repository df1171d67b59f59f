//! The rules a protocol file is held to: each with a stable name and what to do about it.

use crate::words::words;
use serde::{Deserialize, Serialize};

words! {
    /// A rule a protocol file is held to.
    Lint {
        /// The bytes are no text in UTF-8.
        Encoding = "encoding",
        /// The file is larger than 1 MB.
        Size = "size",
        /// Lists and tables stand too deep inside each other.
        Depth = "depth",
        /// The text is no TOML.
        Toml = "toml",
        /// The file is written for another format.
        FormatVersion = "format-version",
        /// A field that has to be there is not.
        MissingField = "missing-field",
        /// A field nobody knows.
        UnknownField = "unknown-field",
        /// A value of another kind than asked for.
        WrongKind = "wrong-kind",
        /// A text that says nothing.
        EmptyText = "empty-text",
        /// A word out of a fixed list.
        UnknownWord = "unknown-word",
        /// Two things of one name.
        DuplicateId = "duplicate-id",
        /// A name in the wrong shape.
        BadName = "bad-name",
        /// `extends` names a protocol that is not there.
        UnknownParent = "unknown-parent",
        /// A protocol that extends itself, perhaps through others.
        ExtendsCycle = "extends-cycle",
        /// `remove` names something the parent does not have.
        RemovesNothing = "removes-nothing",
        /// Numbers of sessions that contradict each other.
        SessionNumbers = "session-numbers",
        /// Phases out of order, with a gap or an overlap, or not ending with the last session.
        PhaseBounds = "phase-bounds",
        /// A phase no course can get to.
        PhaseUnreachable = "phase-unreachable",
        /// A window outside its phase.
        WindowBounds = "window-bounds",
        /// A task or gate that is not there.
        UnknownTask = "unknown-task",
        /// An artefact that is not there.
        UnknownArtefact = "unknown-artefact",
        /// A fact that is not there.
        UnknownFact = "unknown-fact",
        /// A test that does not fit the type of its fact.
        FactType = "fact-type",
        /// An instrument that is not there.
        UnknownInstrument = "unknown-instrument",
        /// A technique that is not there.
        UnknownTechnique = "unknown-technique",
        /// A protocol that is not there.
        UnknownProtocol = "unknown-protocol",
        /// A task that waits for itself.
        TaskCycle = "task-cycle",
        /// Conditions that contradict each other.
        NeverMet = "never-met",
        /// A gate that can never open.
        GateNeverOpens = "gate-never-opens",
        /// A gate or a discharge that holds nothing back.
        GateHoldsNothing = "gate-holds-nothing",
        /// A condition that is not well formed.
        BadCondition = "bad-condition",
        /// A rule that is not well formed.
        BadRule = "bad-rule",
        /// A phase, an area or a text without its words.
        MissingText = "missing-text",
        /// A figure that cannot be.
        BadFigure = "bad-figure",
        /// A worked case that does not come out.
        CaseFails = "case-fails",
    }
}

impl Lint {
    /// What to do about it, in a sentence.
    #[must_use]
    pub const fn fix(self) -> &'static str {
        match self {
            Self::Encoding => "Save the file as UTF-8.",
            Self::Size => "Make it smaller than 1 MB; a protocol needs about 60 kB.",
            Self::Depth => "Write it flatter; nothing in a protocol nests deeper than 16.",
            Self::Toml => "Mend the text at this place; https://toml.io shows how TOML is written.",
            Self::FormatVersion => {
                "Write `format = 1`, or use the version of the program the file was made for."
            }
            Self::MissingField => "Add the field.",
            Self::UnknownField => "Take the field away or give it a name the format knows.",
            Self::WrongKind => "Give a value of the kind that is asked for.",
            Self::EmptyText => "Write the text.",
            Self::UnknownWord => "Use one of the words of the list.",
            Self::DuplicateId => "Give one of the two another name.",
            Self::BadName => "Use the shape that is named.",
            Self::UnknownParent => "Name a protocol that exists in `extends`.",
            Self::ExtendsCycle => "Let one of them stand on its own, without `extends`.",
            Self::RemovesNothing => "Take the line out of `remove`, or name what the parent has.",
            Self::SessionNumbers => "Order them: fewest, count, most; shortest, longest.",
            Self::PhaseBounds => {
                "Let each phase start where the one before ends, and the last end with the last session."
            }
            Self::PhaseUnreachable => "Let the gate before it ask only for what can be done by then.",
            Self::WindowBounds => "Keep the window inside its phase.",
            Self::UnknownTask => "Name a task or gate of this protocol.",
            Self::UnknownArtefact => "Declare it under `artefacts`, or name one that is declared.",
            Self::UnknownFact => "Declare the fact with its artefact, or name one that exists.",
            Self::FactType => "Use the test that belongs to the type of the fact.",
            Self::UnknownInstrument => "Name a measure of this protocol that the program has.",
            Self::UnknownTechnique => "Name a technique of the session note.",
            Self::UnknownProtocol => "Name a protocol that exists.",
            Self::TaskCycle => "Take one of the tasks out of the circle.",
            Self::NeverMet => "Change one of the conditions so that all can be so at the same time.",
            Self::GateNeverOpens => "Let the gate need only what can be done before it.",
            Self::GateHoldsNothing => "Name what has to be done in `needs`.",
            Self::BadCondition => "Write exactly one of `fact` with one test, `any`, `all`.",
            Self::BadRule => "Say what the rule looks at.",
            Self::MissingText => "Write what is missing.",
            Self::BadFigure => "Give a figure that can be.",
            Self::CaseFails => "Change the case or the protocol until they agree.",
        }
    }
}
