//! Telling the course that an artefact was recorded, with everything the protocol may ask of it.

use crate::course::{CourseError, Record};
use crate::entry::{Desk, Verdict};
use protocol::{EventKind, Facts};

impl Record {
    /// The version the next record of an artefact has.
    #[must_use]
    pub(crate) fn next_version(&self, artefact: &str) -> u32 {
        self.course.artefacts.get(artefact).copied().unwrap_or(0) + 1
    }

    /// Appends that an artefact was recorded anew, with all its facts, and derives the summary.
    ///
    /// # Errors
    /// [`CourseError::NotNow`] when the course takes no records now, or the store's failure.
    pub(crate) fn recorded<E: From<CourseError>>(
        &mut self,
        desk: &mut Desk<'_, '_>,
        artefact: &str,
        facts: Facts,
    ) -> Verdict<(), E> {
        let version = self.next_version(artefact);
        self.recorded_as(desk, (artefact, version), facts)
    }

    /// Like [`Record::recorded`], with the version the artefact's own row has.
    ///
    /// # Errors
    /// As [`Record::recorded`].
    pub(crate) fn recorded_as<E: From<CourseError>>(
        &mut self,
        desk: &mut Desk<'_, '_>,
        (artefact, version): (&str, u32),
        facts: Facts,
    ) -> Verdict<(), E> {
        let session = self.course.open_session;
        let kind = EventKind::Recorded { artefact: artefact.to_owned(), version, facts, session };
        self.append_and_summarise(desk, kind)
    }
}
