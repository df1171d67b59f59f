//! What can be asked for. Each action belongs to one record class and one verb; every route names one.

/// Classes of records, from public to the most private (the classes that exist so far).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Identity, contact, appointments.
    K1,
    /// The chart.
    K3,
    /// The client's own space.
    K4,
    /// Psychotherapy notes.
    K5,
    /// Consents, authorizations, what may become of a record.
    K8,
    /// The audit trail.
    K9,
    /// Users, roles, settings.
    K10,
}

impl Class {
    /// The short name used in the audit trail.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Class::K1 => "K1",
            Class::K3 => "K3",
            Class::K4 => "K4",
            Class::K5 => "K5",
            Class::K8 => "K8",
            Class::K9 => "K9",
            Class::K10 => "K10",
        }
    }
}

/// Whether an action looks or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Verb {
    /// Looks.
    Read,
    /// Changes.
    Write,
}

/// Whose record an action is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum About {
    /// One client's: a client must be named.
    Client,
    /// Nobody's in particular.
    Nobody,
}

/// How lately the second factor must have been given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Factor {
    /// When the session began.
    Any,
    /// Within the last [`super::FRESH_MINUTES`]: what somebody at a screen that was left open must not do.
    Fresh,
}

/// One line an action: its name, the word the audit trail keeps, its class, its verb, whose record it is about, and
/// how lately the second factor must have been given.
macro_rules! actions {
    ($($(#[doc = $doc:literal])+
       $name:ident = $code:literal, $class:ident, $verb:ident, $about:ident, $factor:ident;)+) => {
        /// What somebody asks to do. Each belongs to one record class and one verb; every route names one.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Action {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Action {
            /// All actions.
            pub const ALL: &[Action] = &[$(Action::$name),+];

            /// The word the audit trail keeps.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Action::$name => $code,)+ }
            }

            /// The class of records the action touches.
            #[must_use]
            pub fn class(self) -> Class {
                match self { $(Action::$name => Class::$class,)+ }
            }

            /// Whether it looks or changes.
            #[must_use]
            pub fn verb(self) -> Verb {
                match self { $(Action::$name => Verb::$verb,)+ }
            }

            /// Whether the action is about one client's record, so that a client must be named.
            #[must_use]
            pub fn about_a_client(self) -> bool {
                let about = match self { $(Action::$name => About::$about,)+ };
                about == About::Client
            }

            /// Whether the action asks for a second factor given within the last [`super::FRESH_MINUTES`].
            #[must_use]
            pub fn wants_fresh_factor(self) -> bool {
                let factor = match self { $(Action::$name => Factor::$factor,)+ };
                factor == Factor::Fresh
            }
        }
    };
}

actions! {
    /// See and change one's own account: name, zone, sessions.
    OwnAccount = "own_account", K10, Write, Nobody, Any;
    /// Change what one signs in with: password, second factor, passkeys, recovery codes.
    ChangeFactors = "change_factors", K10, Write, Nobody, Fresh;
    /// See the staff and clients' accounts of the practice.
    ReadPeople = "read_people", K10, Read, Nobody, Any;
    /// Invite, change roles of others, reset, disable.
    WritePeople = "write_people", K10, Write, Nobody, Fresh;
    /// Change the practice's settings.
    WritePractice = "write_practice", K10, Write, Nobody, Any;
    /// Read the audit trail of staff events.
    ReadStaffAudit = "read_staff_audit", K9, Read, Nobody, Any;
    /// Search the whole audit trail, what was done with clients' records included.
    ReadAudit = "read_audit", K9, Read, Nobody, Any;
    /// See one's own list of clients.
    ReadCaseload = "read_caseload", K1, Read, Nobody, Any;
    /// See the register: names, contact, days of sessions.
    ReadRegister = "read_register", K1, Read, Nobody, Any;
    /// Register a new client (and treat them).
    CreateClient = "create_client", K1, Write, Nobody, Any;
    /// Read who a client is and how to reach them.
    ReadIdentity = "read_identity", K1, Read, Client, Any;
    /// Change who a client is and how to reach them.
    WriteIdentity = "write_identity", K1, Write, Client, Any;
    /// Say who may see a client's record: cover, supervision, guardians, blocks, the client's own account.
    ManageCare = "manage_care", K1, Write, Client, Any;
    /// Read the chart: course, notes, measures, inventory, plans.
    ReadChart = "read_chart", K3, Read, Client, Any;
    /// Write in the chart.
    WriteChart = "write_chart", K3, Write, Client, Any;
    /// Sign a note or pass a gate: the therapist's own act.
    SignChart = "sign_chart", K3, Write, Client, Any;
    /// Sign what a trainee wrote.
    CosignChart = "cosign_chart", K3, Write, Client, Any;
    /// See who opened the record.
    ReadOwnHistory = "read_own_history", K9, Read, Client, Any;
    /// A client reads what is shared with them.
    ReadShared = "read_shared", K4, Read, Client, Any;
    /// A client writes in their own space: homework, own words, acceptance.
    WriteShared = "write_shared", K4, Write, Client, Any;
    /// Answer measures.
    AnswerMeasures = "answer_measures", K3, Write, Client, Any;
    /// Read psychotherapy notes: one's own, or one its author lets a supervisor read.
    ReadPrivateNotes = "read_private_notes", K5, Read, Client, Any;
    /// Write psychotherapy notes of one's own, and say who may read one.
    WritePrivateNotes = "write_private_notes", K5, Write, Client, Any;
    /// See which records have been kept long enough, which are on hold, and what was erased.
    ReadErasures = "read_erasures", K8, Read, Nobody, Any;
    /// See how long one record must be kept; set and lift a legal hold.
    ManageRetention = "manage_retention", K8, Write, Client, Any;
    /// Erase a record for good.
    EraseClient = "erase_client", K8, Write, Client, Fresh;
    /// Open a record in an emergency, with a reason.
    BreakGlass = "break_glass", K1, Read, Client, Fresh;
    /// See the notices to oneself, and say that one has read them.
    ReadNotices = "read_notices", K10, Read, Nobody, Any;
    /// See what the nightly look found, and say what was done about it. Names tables and ids, nobody and nothing written.
    ReadFindings = "read_findings", K9, Read, Nobody, Any;
    /// Look over what was opened in an emergency.
    ReviewBreakGlass = "review_break_glass", K9, Read, Nobody, Any;
    /// Read the library of protocols: what treatments there are, and what each asks for.
    ReadProtocols = "read_protocols", K10, Read, Nobody, Any;
    /// Bring a protocol of the practice's own, and withdraw one.
    WriteProtocols = "write_protocols", K10, Write, Nobody, Fresh;
    /// Run the program's own upkeep.
    Operate = "operate", K10, Write, Nobody, Any;
}
