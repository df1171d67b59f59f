//! How far a transaction reaches: one practice, or for a few named reasons all of them.
//!
//! PostgreSQL keeps practices apart by row-level security: each table with a `practice_id` shows and takes only rows of
//! the practice that the transaction named when it began (setting [`SETTING`]), so that a query which forgot its
//! condition finds nothing of anybody else. A transaction that named none finds nothing at all. On SQLite a file holds
//! one practice, and there is nothing to keep apart.

use domain::ids::PracticeId;

/// The setting of PostgreSQL that the policies ask.
pub(crate) const SETTING: &str = "attune.practice";

/// What [`SETTING`] holds where all practices are reached.
pub(crate) const EVERY: &str = "*";

/// Why work reaches across practices. These are all the reasons there are; a test lists the places that give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Across {
    /// Somebody signs in: an address tells the account, and so the practice.
    SignIn,
    /// A request carries a session's token, which tells the practice.
    Session,
    /// A request carries a one-time link's token, which tells the practice.
    Link,
    /// A practice is founded.
    Founding,
    /// What has ended is forgotten: sessions, links.
    Sweeping,
    /// The root key opens the installation, or is replaced.
    Keys,
    /// The machine's operator: which practices are here, are they whole.
    Operator,
}

/// How far a transaction reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// No practice's rows.
    None,
    /// The rows of one practice.
    Practice(PracticeId),
    /// The rows of all practices.
    Across(Across),
}

impl Reach {
    /// The command that tells PostgreSQL, for as long as the transaction lasts. An identifier is hexadecimal digits
    /// and hyphens, so that nothing in it needs quoting.
    pub(crate) fn command(self) -> String {
        match self {
            Reach::None => String::new(),
            Reach::Practice(practice) => format!("; SET LOCAL {SETTING} = '{practice}'"),
            Reach::Across(_) => format!("; SET LOCAL {SETTING} = '{EVERY}'"),
        }
    }
}

/// Puts a wall around every table that holds rows of a practice and has none yet. Runs at the end of each migration, in
/// its transaction, so that a new table is never without. `FORCE`, because the program's role owns the tables.
pub(crate) const WALLS: &str = "
DO $walls$
DECLARE found record;
BEGIN
    FOR found IN
        SELECT c.relname AS name, a.attname AS field
        FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT a.attisdropped
          AND (a.attname = 'practice_id' OR (c.relname = 'practice' AND a.attname = 'id'))
          AND NOT (c.relrowsecurity AND c.relforcerowsecurity
                   AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'one_practice'))
    LOOP
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', found.name);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', found.name);
        EXECUTE format('DROP POLICY IF EXISTS one_practice ON public.%I', found.name);
        EXECUTE format(
            'CREATE POLICY one_practice ON public.%I
             USING (%2$I = current_setting(''attune.practice'', true)
                    OR current_setting(''attune.practice'', true) = ''*'')',
            found.name, found.field);
    END LOOP;
END
$walls$;
";

/// Whether the role that asks walks through every wall: a superuser, or one with BYPASSRLS.
pub(crate) const IGNORES_WALLS: &str =
    "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn z5_a_transaction_without_a_practice_names_none() {
        let practice = "0198c0de-0000-7000-8000-000000000001".parse().unwrap();
        assert_eq!(Reach::None.command(), "");
        assert_eq!(
            Reach::Practice(practice).command(),
            "; SET LOCAL attune.practice = '0198c0de-0000-7000-8000-000000000001'"
        );
        assert_eq!(Reach::Across(Across::SignIn).command(), "; SET LOCAL attune.practice = '*'");
    }
}
