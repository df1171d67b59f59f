//! What each action needs. Every action is named: a new one that is missing here does not compile.

use super::action::Action;
use super::relation::{Item, Relation};
use crate::account::Role;

/// A way in that asks for a role and for what stands between the person and the client.
pub(super) enum Way {
    /// The relation holds now.
    Now(Role, Relation),
    /// The relation holds now and names this item.
    Item(Role, Relation, Item),
    /// The person treated the client until lately.
    Aftercare(Role),
}

/// Everything that lets somebody do one thing. What is empty lets nobody.
pub(super) struct Policy {
    /// Anybody signed in with all their factors: it is about themselves.
    pub oneself: bool,
    /// Whoever holds one of these roles.
    pub roles: &'static [Role],
    /// Clients, on their own record.
    pub own_record: bool,
    /// People in a relation to the client, in the order in which the rule is named.
    pub ways: &'static [Way],
    /// The bearer of a one-time link made for this client.
    pub link: bool,
    /// The machine's operator.
    pub operator: bool,
}

const NOBODY: Policy =
    Policy { oneself: false, roles: &[], own_record: false, ways: &[], link: false, operator: false };

const fn roles(roles: &'static [Role]) -> Policy {
    Policy { roles, ..NOBODY }
}

const fn ways(ways: &'static [Way]) -> Policy {
    Policy { ways, ..NOBODY }
}

/// Who treats, and the therapist who stands in.
const THERAPISTS: &[Way] = &[
    Way::Now(Role::Therapist, Relation::Treats),
    Way::Now(Role::Therapist, Relation::Covers),
    Way::Now(Role::Trainee, Relation::TraineeOn),
];

/// Who may read a chart.
const READERS: &[Way] = &[
    Way::Now(Role::Therapist, Relation::Treats),
    Way::Now(Role::Therapist, Relation::Covers),
    Way::Now(Role::Trainee, Relation::TraineeOn),
    Way::Now(Role::Supervisor, Relation::Supervises),
    Way::Aftercare(Role::Therapist),
    Way::Now(Role::Therapist, Relation::BreakGlass),
    Way::Now(Role::PrivacyOfficer, Relation::BreakGlass),
];

/// Only who treats now.
const TREATING: &[Way] = &[Way::Now(Role::Therapist, Relation::Treats)];

/// Who may read what a client keeps in their own space; so far no page but the client's own shows it.
const EMERGENCY: &[Way] =
    &[Way::Now(Role::Therapist, Relation::BreakGlass), Way::Now(Role::PrivacyOfficer, Relation::BreakGlass)];

/// What an action needs.
pub(super) const fn of(action: Action) -> Policy {
    match action {
        Action::OwnAccount | Action::ChangeFactors | Action::ReadNotices => {
            Policy { oneself: true, ..NOBODY }
        }
        Action::ReadPeople => {
            Policy { operator: true, ..roles(&[Role::Administrator, Role::PrivacyOfficer]) }
        }
        Action::ReadFindings => roles(crate::finding::TOLD),
        Action::WritePeople => Policy { operator: true, ..roles(&[Role::Administrator]) },
        Action::WritePractice | Action::ReadStaffAudit => roles(&[Role::Administrator]),
        Action::ReadAudit | Action::ReviewBreakGlass => roles(&[Role::PrivacyOfficer]),
        Action::ReadCaseload => roles(&[Role::Therapist, Role::Supervisor, Role::Trainee]),
        Action::ReadRegister => roles(&[Role::FrontDesk, Role::PrivacyOfficer]),
        Action::CreateClient => roles(&[Role::Therapist]),
        Action::ReadIdentity => Policy {
            own_record: true,
            roles: &[Role::FrontDesk, Role::PrivacyOfficer],
            ..ways(READ_IDENTITY)
        },
        Action::WriteIdentity => Policy { roles: &[Role::FrontDesk], ..ways(WRITE_IDENTITY) },
        Action::ManageCare | Action::SignChart => ways(TREATING),
        Action::ReadChart => ways(READERS),
        Action::WriteChart => ways(THERAPISTS),
        Action::CosignChart => ways(&[Way::Now(Role::Supervisor, Relation::Supervises)]),
        Action::ReadOwnHistory => Policy { own_record: true, ..ways(TREATING) },
        Action::ReadShared => Policy { own_record: true, ..ways(EMERGENCY) },
        Action::WriteShared => Policy { own_record: true, ..NOBODY },
        Action::AnswerMeasures => Policy { own_record: true, link: true, ..ways(THERAPISTS) },
        Action::ReadPrivateNotes => ways(NOTE_READERS),
        Action::WritePrivateNotes => ways(NOTE_WRITERS),
        Action::ReadErasures | Action::ManageRetention | Action::EraseClient => {
            roles(&[Role::PrivacyOfficer])
        }
        Action::BreakGlass => roles(&[Role::Therapist, Role::PrivacyOfficer]),
        Action::ReadProtocols => {
            roles(&[Role::Administrator, Role::Therapist, Role::Supervisor, Role::Trainee])
        }
        Action::WriteProtocols => roles(&[Role::Administrator]),
        Action::Operate => Policy { operator: true, ..NOBODY },
    }
}

/// Who may have psychotherapy notes to open: which ones, [`crate::private_note::standing`] says for each. No cover, no
/// aftercare, no emergency and no office opens them.
const NOTE_READERS: &[Way] = &[
    Way::Now(Role::Therapist, Relation::Treats),
    Way::Now(Role::Trainee, Relation::TraineeOn),
    Way::Now(Role::Supervisor, Relation::Supervises),
];

/// Who may write psychotherapy notes: whoever treats the client, in training or not.
const NOTE_WRITERS: &[Way] = WRITE_IDENTITY;

/// [`READERS`], and guardians who may know of appointments.
const READ_IDENTITY: &[Way] = &[
    Way::Now(Role::Therapist, Relation::Treats),
    Way::Now(Role::Therapist, Relation::Covers),
    Way::Now(Role::Trainee, Relation::TraineeOn),
    Way::Now(Role::Supervisor, Relation::Supervises),
    Way::Item(Role::Guardian, Relation::GuardianOf, Item::Appointments),
    Way::Aftercare(Role::Therapist),
    Way::Now(Role::Therapist, Relation::BreakGlass),
    Way::Now(Role::PrivacyOfficer, Relation::BreakGlass),
];

/// Who treats, in training or not.
const WRITE_IDENTITY: &[Way] =
    &[Way::Now(Role::Therapist, Relation::Treats), Way::Now(Role::Trainee, Relation::TraineeOn)];
