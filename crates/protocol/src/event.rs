//! What happened in an episode. Events are kept as JSON for ever: add optional fields, never rename.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::fact::Facts;
use crate::ids::{GateId, ProtocolId};
use crate::words::words;

/// One thing that happened, in the order of `seq`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Place in the episode's history, from 1.
    pub seq: u32,
    /// The instant it was recorded.
    pub at: Timestamp,
    /// The calendar day it belongs to, in the practice's zone.
    pub on: Date,
    /// What happened.
    pub kind: EventKind,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum EventKind {
    /// The course begins: a protocol, a fixed number of sessions and an end date.
    Enrolled {
        /// The protocol that is followed.
        protocol: ProtocolId,
        /// The version of its file.
        version: String,
        /// Sessions planned, from 1.
        sessions: u16,
        /// First day of the course.
        starts_on: Date,
        /// Planned last day.
        ends_on: Date,
    },
    /// A session begins.
    SessionOpened {
        /// Its number, from 1.
        session: u16,
    },
    /// A session's note is signed.
    SessionClosed {
        /// Its number, from 1.
        session: u16,
        /// What the note says: `note.mood_links`, `note.techniques`, `note.risk_level`,
        /// `note.ending_discussed`, `note.sessions_left_said`, `note.client_wishes_to_end`.
        #[serde(default)]
        facts: Facts,
    },
    /// A planned session did not take place. It keeps its number for the next time.
    SessionMissed {
        /// Why.
        reason: MissedReason,
    },
    /// A version of an artefact was saved.
    Recorded {
        /// The artefact's id, for example `timeline`.
        artefact: String,
        /// Its version, from 1; each one newer than the last.
        version: u32,
        /// All facts of this version; they replace those of the version before.
        #[serde(default)]
        facts: Facts,
        /// The session it was made in, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<u16>,
    },
    /// A measure was answered and scored.
    Scored {
        /// The instrument's id, for example `phq-9`.
        instrument: String,
        /// The total, when enough items were answered.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        total: Option<f64>,
        /// The id of the severity band.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        severity: Option<String>,
        /// The session it was answered for, if any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        session: Option<u16>,
    },
    /// Something points to a risk; a clinician has to answer it.
    RiskOpened {
        /// The risk's id.
        risk: String,
        /// Where it comes from, for example an instrument's item.
        source: String,
    },
    /// A clinician answered a risk.
    RiskAnswered {
        /// The risk's id.
        risk: String,
        /// The level the clinician judged.
        level: RiskLevel,
    },
    /// A problem area was chosen, or the choice was revised.
    FocusChosen {
        /// Version of the choice, from 1; earlier ones stay on record.
        version: u32,
        /// The one area that is worked on.
        primary: ProblemArea,
        /// A second one kept in view, different from the first.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        secondary: Option<ProblemArea>,
        /// Who agreed.
        client_agreed: Agreement,
        /// Why this one.
        reason: String,
        /// Why this one although what the area asks for is not there, when it is not.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        despite: Option<String>,
    },
    /// The therapist confirmed that a gate is passed.
    GatePassed {
        /// Which gate.
        gate: GateId,
        /// Why it is passed later than the protocol says, when it is.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        overrun_reason: Option<String>,
    },
    /// Number of sessions or end date were negotiated anew.
    Replanned {
        /// Sessions now planned, those already held included.
        sessions: u16,
        /// New planned last day.
        ends_on: Date,
        /// Why.
        reason: String,
        /// Who agreed; both have to.
        agreed: Agreement,
    },
    /// The course rests.
    Paused {
        /// Why.
        reason: String,
    },
    /// The course goes on after a pause.
    Resumed,
    /// The course is over.
    Ended {
        /// How.
        exit: Exit,
        /// What comes next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        disposition: Option<Disposition>,
    },
    /// Maintenance sessions were agreed after the course.
    MaintenanceStarted {
        /// Days between sessions, from 1.
        every_days: u16,
        /// Last day of the agreement.
        until: Date,
    },
    /// A meeting outside the numbered sessions took place.
    MeetingHeld {
        /// The meeting's id in the protocol, for example `parents`.
        meeting: String,
        /// What is known of it. They are added to what is known of the artefacts they name.
        #[serde(default)]
        facts: Facts,
    },
    /// A therapist answered what a rule suggested.
    RuleAnswered {
        /// The rule's id.
        rule: String,
        /// Taken up or not.
        answer: RuleAnswer,
        /// Why; an override needs it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
    },
    /// Another therapist takes over; the course goes on.
    Transferred {
        /// Why.
        reason: String,
    },
    /// From here on the course follows another protocol, or another version of the same.
    Migrated {
        /// The protocol that is followed from now on.
        protocol: ProtocolId,
        /// The version of its file.
        version: String,
        /// Sessions now planned, those already held included.
        sessions: u16,
        /// Planned last day.
        ends_on: Date,
        /// Why.
        reason: String,
        /// Who agreed; both have to.
        agreed: Agreement,
    },
}

/// What a therapist made of a rule's suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleAnswer {
    /// Taken up.
    Accepted,
    /// Not taken up, for a reason.
    Overridden,
}

/// Why a session did not take place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MissedReason {
    /// The client did not come and did not say so.
    NoShow,
    /// The client cancelled.
    CancelledByClient,
    /// The therapist cancelled.
    CancelledByTherapist,
}

/// A clinician's judgement of risk. The program never makes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskLevel {
    /// Asked, and nothing found.
    None,
    /// A wish to be dead or passing thoughts.
    Low,
    /// Thoughts with a method, or an attempt some time in life.
    Moderate,
    /// Intent, a plan, or an attempt in the last three months.
    High,
}

impl RiskLevel {
    /// The word that is stored: `none`, `low`, `moderate`, `high`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Moderate => "moderate",
            Self::High => "high",
        }
    }

    /// The level a stored word stands for.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::None, Self::Low, Self::Moderate, Self::High].into_iter().find(|level| level.as_str() == word)
    }
}

words! {
    /// What the work is about: the four problem areas of IPT (Klerman et al. 1984), one that belongs to bipolar
    /// disorder (Frank 2005), and one for related models that have no areas.
    ProblemArea {
        /// The death of someone close.
        Grief = "grief",
        /// Two people expect different things of their relationship.
        Disputes = "disputes",
        /// A change from one role in life to another.
        Transitions = "transitions",
        /// Few or unrewarding ties; chosen only when no other area fits.
        Deficits = "deficits",
        /// Grief for the healthy self that was lost to a lasting illness.
        HealthySelf = "healthy_self",
        /// One pattern between self and others that comes back; only in models that are not IPT.
        Pattern = "pattern",
    }
}

impl ProblemArea {
    /// The four areas of IPT, in the order in which they are considered.
    pub const OF_IPT: [Self; 4] = [Self::Grief, Self::Disputes, Self::Transitions, Self::Deficits];
}

/// Who said yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Agreement {
    /// Client and therapist.
    Both,
    /// Only the client so far.
    ClientOnly,
    /// Only the therapist so far.
    TherapistOnly,
    /// Nobody yet.
    Neither,
}

impl Agreement {
    /// Whether the client said yes.
    #[must_use]
    pub const fn by_client(self) -> bool {
        matches!(self, Self::Both | Self::ClientOnly)
    }

    /// Whether both said yes.
    #[must_use]
    pub const fn by_both(self) -> bool {
        matches!(self, Self::Both)
    }
}

/// How a course ended. Whether it counts as completed is computed, not declared: see
/// [`Course::completion`](crate::Course::completion).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Exit {
    /// All phases done.
    Completed,
    /// Well before the planned end, and the client wished to stop.
    RemittedEarly,
    /// Stopped coming.
    Dropout {
        /// Last day the client was seen.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        last_attended: Option<Date>,
        /// How often the practice tried to reach the client.
        #[serde(default)]
        contact_attempts: u16,
    },
    /// Needs more than this treatment gives.
    ReferredUp,
    /// Moved away.
    Moved,
    /// Decided against it.
    Declined,
    /// A reason of the practice.
    Administrative,
    /// The client died.
    Died,
    /// Another service goes on with the treatment.
    Transferred,
}

/// What comes after the course.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// No further treatment for now.
    Discharge,
    /// Maintenance sessions.
    Maintenance,
    /// More of this, or something stronger.
    StepUp,
    /// Someone else takes over.
    Refer,
}
