//! What may be chosen as a password: long enough, not among the first that are guessed, not about its owner. No rules
//! about kinds of characters and no expiry: both make passwords worse (NIST SP 800-63B).

mod blocklist;
mod short_hash;

pub use blocklist::Blocklist;

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

/// What people choose here and no general list has, and sentences that became famous as passwords.
const COMMON_HERE: &[&str] = &[
    "interpersonal",
    "psychotherapy",
    "therapist",
    "therapy",
    "therapie",
    "counselling",
    "psychology",
    "wellbeing",
    "correcthorsebatterystaple",
    "thequickbrownfox",
];

/// Checks a password (NFKC form) against the list of common ones and against `about`, the words others know of its
/// owner: name, address, practice.
///
/// # Errors
/// [`PasswordProblem`], the first that applies.
pub fn check(
    password: &str,
    least: usize,
    common: Blocklist<'_>,
    about: &[&str],
) -> Result<(), PasswordProblem> {
    if password.len() > MOST_BYTES {
        return Err(PasswordProblem::TooLong);
    }
    if password.chars().count() < least {
        return Err(PasswordProblem::TooShort { least });
    }
    let folded = password.to_lowercase();
    if is_common(&folded, common) {
        return Err(PasswordProblem::Common);
    }
    if is_about(&folded, about) {
        return Err(PasswordProblem::AboutYou);
    }
    Ok(())
}

/// On the list as it is, without signs or digits round it, as one word, or as a word of the list again and again.
fn is_common(folded: &str, common: Blocklist<'_>) -> bool {
    let known = |text: &str| common.holds(text) || COMMON_HERE.contains(&text);
    let core = folded.trim_matches(|c: char| !c.is_alphanumeric());
    let stem = core.trim_matches(|c: char| !c.is_alphabetic());
    let joined: String = folded.split_whitespace().collect();
    let mut distinct: Vec<char> = folded.chars().collect();
    distinct.sort_unstable();
    distinct.dedup();
    distinct.len() < 4
        || [folded, core, stem, joined.as_str()].into_iter().any(known)
        || period(folded).is_some_and(|part| part.chars().count() < 8 || known(part))
        || is_sequence(folded)
}

/// The shortest part that gives the text when it is repeated.
fn period(text: &str) -> Option<&str> {
    let ends = text.char_indices().map(|(at, _)| at).skip(1).filter(|end| end * 2 <= text.len());
    ends.filter(|end| text.len().is_multiple_of(*end))
        .filter_map(|end| text.get(..end))
        .find(|part| part.repeat(text.len() / part.len()) == text)
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

    fn none() -> Blocklist<'static> {
        Blocklist::of(&[])
    }

    const ABOUT: &[&str] = &["Amina Okello", "amina.o@clinic.example", "Lakeside Practice"];

    #[test]
    fn length_is_counted_in_characters_of_any_script_and_bounded_in_bytes() {
        assert_eq!(check("kort", 8, none(), ABOUT), Err(PasswordProblem::TooShort { least: 8 }));
        assert_eq!(check("李小龍喜歡喝茶", 8, none(), ABOUT), Err(PasswordProblem::TooShort { least: 8 }));
        assert_eq!(check("李小龍很喜歡喝茶", 8, none(), ABOUT), Ok(()));
        assert_eq!(check("vier Wörter im Regen", LEAST_ALONE, none(), ABOUT), Ok(()));
        assert_eq!(check(&"xyz! ".repeat(52), 8, none(), ABOUT), Err(PasswordProblem::TooLong));
    }

    #[test]
    fn what_anybody_would_try_is_refused_without_any_list() {
        let all = ["Therapist!", "therapy2026", "abcabcabcabc", "aaaaaaaa", "abcdefghij", "98765432"];
        for common in all.into_iter().chain(["Correct Horse Battery Staple"]) {
            assert_eq!(check(common, 8, none(), ABOUT), Err(PasswordProblem::Common), "{common}");
        }
    }

    #[test]
    fn names_that_others_know_are_no_password_but_may_stand_in_one() {
        for about in ["amina-okello", "Lakeside2026!", "attune-attune", "Okello1987#"] {
            assert_eq!(check(about, 8, none(), ABOUT), Err(PasswordProblem::AboutYou), "{about}");
        }
        assert_eq!(check("amina likes purple boats", 8, none(), ABOUT), Ok(()));
    }
}
