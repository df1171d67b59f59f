//! The closed lists of a note, each word with the code that is kept.

use serde::{Deserialize, Serialize};

/// A list of words with their codes: `ALL`, `code`, `from_code`, and the code as the stored form.
macro_rules! coded {
    ($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $word:ident = $code:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$word_doc])* #[serde(rename = $code)] $word,)+
        }

        impl $name {
            /// All of them, in the order in which they are offered.
            pub const ALL: &[$name] = &[$($name::$word),+];

            /// The word the record keeps.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $($name::$word => $code),+ }
            }

            /// What a kept word stands for.
            #[must_use]
            pub fn from_code(code: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}
pub(super) use coded;

coded! {
    /// How a session is held.
    #[derive(Default)]
    Mode {
        /// In one room.
        #[default]
        InPerson = "in_person",
        /// By video.
        Video = "video",
        /// By phone.
        Phone = "phone",
    }
}

impl Mode {
    /// Whether client and therapist are in different places.
    #[must_use]
    pub const fn is_remote(self) -> bool {
        !matches!(self, Mode::InPerson)
    }
}

coded! {
    /// What became of a step.
    Mark {
        /// Done.
        Done = "done",
        /// Begun.
        Partly = "partly",
        /// Left out today.
        NotToday = "not_today",
    }
}

coded! {
    /// Which led to which, as the client sees it.
    Direction {
        /// The event moved the mood.
        EventToMood = "event_to_mood",
        /// The mood coloured the event.
        MoodToEvent = "mood_to_event",
        /// Each moved the other.
        Both = "both",
        /// Not clear yet.
        Unclear = "unclear",
    }
}

coded! {
    /// The techniques of IPT (Weissman, Markowitz & Klerman 2018; incidents after Stuart & Robertson 2012).
    Technique {
        /// Open questions and clarifying.
        Exploration = "exploration",
        /// Encouraging or containing feelings.
        Affect = "affect",
        /// Going through one conversation word by word.
        CommunicationAnalysis = "communication_analysis",
        /// One typical incident.
        Incident = "incident",
        /// Weighing a decision.
        DecisionAnalysis = "decision_analysis",
        /// Solving a practical problem.
        ProblemSolving = "problem_solving",
        /// Practising ways to say it.
        CommunicationSkills = "communication_skills",
        /// Role play.
        RolePlay = "role_play",
        /// Using what happens between client and therapist.
        TherapeuticRelationship = "therapeutic_relationship",
        /// Advice, teaching, modelling; sparingly.
        Directive = "directive",
        /// The closeness circle.
        ClosenessCircle = "closeness_circle",
        /// The timeline.
        Timeline = "timeline",
        /// A checklist on one relationship.
        RelationshipChecklist = "relationship_checklist",
        /// What each side expects.
        Expectations = "expectations",
        /// The old and the new role.
        OldNewRole = "old_new_role",
        /// Looking back at the tie with somebody who died.
        GriefReview = "grief_review",
        /// Explaining the illness.
        Psychoeducation = "psychoeducation",
        /// Agreeing on something to try.
        Homework = "homework",
        /// A session together with somebody.
        JointSession = "joint_session",
    }
}
