//! What may be chosen as a password: long enough, not among the first that are guessed, not about its owner. No rules
//! about kinds of characters and no expiry: both make passwords worse (NIST SP 800-63B).

/// Least characters where a second factor stands beside the password.
pub const LEAST_BESIDE_FACTOR: usize = 8;
/// Least characters where the password stands alone.
pub const LEAST_ALONE: usize = 15;
/// Most bytes of UTF-8.
pub const MOST_BYTES: usize = 256;

/// Why a password cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordProblem {
    /// Fewer characters than needed.
    #[error("shorter than {least} characters")]
    TooShort {
        /// Least characters for this account.
        least: usize,
    },
    /// More bytes than are kept.
    #[error("longer than {MOST_BYTES} bytes")]
    TooLong,
    /// Among the passwords that are tried first.
    #[error("among the passwords that are tried first")]
    Common,
    /// Little more than a name, an address or the practice.
    #[error("little more than a name that others know")]
    AboutYou,
}

/// The beginnings of most passwords in use (from public lists of leaked ones). A full list of 100,000 is loaded where
/// one is configured; this short one stops what a person tries by hand.
const COMMON: &[&str] = &[
    "123456",
    "12345678",
    "123456789",
    "1234567890",
    "0123456789",
    "87654321",
    "987654321",
    "11111111",
    "00000000",
    "88888888",
    "12341234",
    "123123123",
    "11223344",
    "1q2w3e4r",
    "1qaz2wsx",
    "1qaz2wsx3edc",
    "q1w2e3r4",
    "zaq12wsx",
    "qwertyui",
    "qwertyuiop",
    "qwerty123",
    "qwerty1234",
    "qwerty12345",
    "qwertz123",
    "asdfghjk",
    "asdfghjkl",
    "zxcvbnm1",
    "abcdefgh",
    "abcd1234",
    "abc12345",
    "a1b2c3d4",
    "password",
    "password1",
    "password12",
    "password123",
    "password1234",
    "passw0rd",
    "p@ssw0rd",
    "p@ssword",
    "passwort",
    "letmein1",
    "letmein123",
    "welcome1",
    "welcome123",
    "iloveyou",
    "iloveyou1",
    "sunshine",
    "princess",
    "football",
    "baseball",
    "superman",
    "trustno1",
    "starwars",
    "whatever",
    "computer",
    "internet",
    "michelle",
    "jennifer",
    "changeme",
    "changeme1",
    "changeme123",
    "secret123",
    "admin123",
    "administrator",
    "master123",
    "dragon123",
    "monkey123",
    "shadow123",
    "freedom1",
    "samsung1",
    "liverpool",
    "chelsea1",
    "arsenal1",
    "january1",
    "february",
    "november",
    "december",
    "therapist",
    "therapy1",
    "therapy123",
    "correcthorsebatterystaple",
    "correct horse battery staple",
    "thequickbrownfox",
    "passwordpassword",
];

/// Checks a password (NFKC form). `about` are words others know of its owner: name, address, practice.
///
/// # Errors
/// [`PasswordProblem`], the first that applies.
pub fn check(password: &str, least: usize, about: &[&str]) -> Result<(), PasswordProblem> {
    if password.len() > MOST_BYTES {
        return Err(PasswordProblem::TooLong);
    }
    if password.chars().count() < least {
        return Err(PasswordProblem::TooShort { least });
    }
    let folded = password.to_lowercase();
    if is_common(&folded) {
        return Err(PasswordProblem::Common);
    }
    if is_about(&folded, about) {
        return Err(PasswordProblem::AboutYou);
    }
    Ok(())
}

fn is_common(folded: &str) -> bool {
    let core = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let repeated = |part: &str| !part.is_empty() && folded.replace(part, "").is_empty();
    let mut distinct: Vec<char> = folded.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < 4
        || COMMON.iter().any(|common| *common == folded || *common == core || repeated(common))
        || is_sequence(folded)
}

/// Every character one above, or one below, the one before it.
fn is_sequence(text: &str) -> bool {
    let codes: Vec<i64> = text.chars().map(|c| i64::from(u32::from(c))).collect();
    let steps: Vec<i64> = codes.windows(2).map(|pair| pair[1] - pair[0]).collect();
    [1, -1].iter().any(|step| steps.iter().all(|found| found == step))
}

/// Whether fewer than five characters are left when the known words, digits and signs are taken out, and a known word
/// was in it.
fn is_about(folded: &str, about: &[&str]) -> bool {
    let words = about.iter().flat_map(|text| text.split(|c: char| !c.is_alphanumeric()));
    let mut words: Vec<String> =
        words.chain(["attune"]).filter(|word| word.chars().count() >= 3).map(str::to_lowercase).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.len()));
    let mut left = folded.to_owned();
    for word in &words {
        left = left.replace(word.as_str(), "");
    }
    left != folded && left.chars().filter(|c| c.is_alphabetic()).count() < 5
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &[&str] = &["Amina Okello", "amina.o@clinic.example", "Lakeside Practice"];

    #[test]
    fn length_is_counted_in_characters_of_any_script_and_bounded_in_bytes() {
        assert_eq!(check("kort", 8, ABOUT), Err(PasswordProblem::TooShort { least: 8 }));
        assert_eq!(check("李小龍喜歡喝茶", 8, ABOUT), Err(PasswordProblem::TooShort { least: 8 }));
        assert_eq!(check("李小龍很喜歡喝茶", 8, ABOUT), Ok(()));
        assert_eq!(check("vier Wörter im Regen", LEAST_ALONE, ABOUT), Ok(()));
        assert_eq!(check(&"xyz! ".repeat(52), 8, ABOUT), Err(PasswordProblem::TooLong));
    }

    #[test]
    fn what_is_tried_first_is_refused_in_every_dress() {
        for common in ["Password1", "password123!", "passwordpassword", "aaaaaaaa", "abcdefghij", "98765432"]
        {
            assert_eq!(check(common, 8, ABOUT), Err(PasswordProblem::Common), "{common}");
        }
    }

    #[test]
    fn names_that_others_know_are_no_password_but_may_stand_in_one() {
        for about in ["amina-okello", "Lakeside2026!", "attune-attune", "Okello1987#"] {
            assert_eq!(check(about, 8, ABOUT), Err(PasswordProblem::AboutYou), "{about}");
        }
        assert_eq!(check("amina likes purple boats", 8, ABOUT), Ok(()));
    }
}
