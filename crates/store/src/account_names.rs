//! Names of accounts, closed with their practice's key: how a row tells its author.

use crate::vault::{Field, Seal};
use crate::{Row, StoreError, Tx};
use domain::ids::{AccountId, PracticeId};

/// The name. Every query that joins it gives these three columns and then the name.
pub(crate) const NAME: Field =
    Field { table: "account", column: "name", bound: &["practice_id", "id", "version"], named_by: 2 };

/// What opens the names of a practice's accounts.
pub(crate) struct Names(Seal);

impl Tx<'_> {
    /// What opens the names of a practice's accounts.
    pub(crate) fn names(&mut self, practice: PracticeId) -> Result<Names, StoreError> {
        Ok(Names(self.practice_key(practice)?))
    }
}

impl Names {
    /// The name of an account that is there; its bound columns stand from `at` on.
    pub(crate) fn of(&self, row: &Row<'_>, at: usize) -> Result<String, StoreError> {
        self.0.text(&NAME, row, at)
    }

    /// The name of an account that may not be there: a link's author is none.
    pub(crate) fn any(&self, row: &Row<'_>, at: usize) -> Result<Option<String>, StoreError> {
        match row.get::<Option<String>>(at + 1)? {
            Some(_) => self.of(row, at).map(Some),
            None => Ok(None),
        }
    }

    /// A name as the version of an account keeps it.
    pub(crate) fn sealed(
        &self,
        (practice, id, version): (PracticeId, AccountId, i64),
        name: &str,
    ) -> Result<Vec<u8>, StoreError> {
        self.0.bytes(&NAME, &[&practice, &id, &version], name.as_bytes())
    }
}
