//! What can happen to the way somebody signs in, and is told to them (requirement A8).

/// One change of a way in, or one recovery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// A password was chosen by a recovery link.
    PasswordReset,
    /// The password was changed by somebody who knew the present one.
    PasswordChanged,
    /// A recovery code stood in for the second factor.
    RecoveryCode,
    /// A second factor came into force.
    FactorSet,
    /// The second factor was taken away.
    FactorRemoved,
    /// New recovery codes took the place of the old ones.
    CodesRenewed,
    /// An administrator started the account anew.
    StartedAnew,
    /// The person said that a change was not theirs. Told to administrators only.
    Disowned,
}

impl Change {
    /// All changes.
    pub const ALL: [Change; 8] = [
        Change::PasswordReset,
        Change::PasswordChanged,
        Change::RecoveryCode,
        Change::FactorSet,
        Change::FactorRemoved,
        Change::CodesRenewed,
        Change::StartedAnew,
        Change::Disowned,
    ];

    /// The word the record keeps.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Change::PasswordReset => "password_reset",
            Change::PasswordChanged => "password_changed",
            Change::RecoveryCode => "recovery_code",
            Change::FactorSet => "factor_set",
            Change::FactorRemoved => "factor_removed",
            Change::CodesRenewed => "codes_renewed",
            Change::StartedAnew => "started_anew",
            Change::Disowned => "disowned",
        }
    }

    /// The change behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Change> {
        Change::ALL.into_iter().find(|change| change.code() == code)
    }
}
