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
    /// A passkey was added.
    PasskeyAdded,
    /// A passkey was taken away.
    PasskeyRemoved,
    /// A passkey answered with a count it had left behind: it may have been copied, and was refused.
    PasskeyCopied,
    /// The person said that a change was not theirs. Told to administrators only.
    Disowned,
}

impl Change {
    /// All changes.
    pub const ALL: [Change; 11] = [
        Change::PasswordReset,
        Change::PasswordChanged,
        Change::RecoveryCode,
        Change::FactorSet,
        Change::FactorRemoved,
        Change::CodesRenewed,
        Change::StartedAnew,
        Change::PasskeyAdded,
        Change::PasskeyRemoved,
        Change::PasskeyCopied,
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
            Change::PasskeyAdded => "passkey_added",
            Change::PasskeyRemoved => "passkey_removed",
            Change::PasskeyCopied => "passkey_copied",
            Change::Disowned => "disowned",
        }
    }

    /// The change behind a word.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Change> {
        Change::ALL.into_iter().find(|change| change.code() == code)
    }
}

/// What somebody can show beside their password, or in its place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Factors {
    /// Codes of an authenticator.
    pub codes: bool,
    /// How many passkeys.
    pub passkeys: u32,
}

impl Factors {
    /// Whether there is one at all.
    #[must_use]
    pub fn any(self) -> bool {
        self.codes || self.passkeys > 0
    }

    /// What is left without the codes.
    #[must_use]
    pub fn without_codes(self) -> Factors {
        Factors { codes: false, ..self }
    }

    /// What is left without one of the passkeys.
    #[must_use]
    pub fn without_a_passkey(self) -> Factors {
        Factors { passkeys: self.passkeys.saturating_sub(1), ..self }
    }
}
