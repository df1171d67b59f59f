//! The rows of the vault: keys, each wrapped by the one above.

use crate::queries;
use crate::vault::Field;

queries! {
    pub(super) INSTALLATION = "SELECT id, root_key, kind, created_at, wrapped, salt FROM vault";
    pub(super) ADD_INSTALLATION = "INSERT INTO vault (id, root_key, kind, created_at, wrapped, salt)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
    pub(super) ANY_PRACTICE = "SELECT id FROM practice LIMIT 1";
    pub(super) PRACTICE_KEY = "SELECT practice_id, root_key, wrapped FROM practice_key WHERE practice_id = $1";
    pub(super) ADD_PRACTICE_KEY = "INSERT INTO practice_key (practice_id, root_key, wrapped) VALUES ($1, $2, $3)";
    pub(super) CLIENT_KEY = "SELECT created_at, wrapped FROM client_key
            WHERE practice_id = $1 AND client_id = $2 AND class = $3";
    pub(super) ADD_CLIENT_KEY = "INSERT INTO client_key (practice_id, client_id, class, created_at, wrapped)
            VALUES ($1, $2, $3, $4, $5)";
    pub(super) ROOTS_IN_USE = "SELECT root_key, COUNT(*) FROM
            (SELECT root_key FROM vault UNION ALL SELECT root_key FROM practice_key) used
            GROUP BY root_key ORDER BY root_key";
    pub(super) ALL_PRACTICE_KEYS = "SELECT practice_id, root_key, wrapped FROM practice_key ORDER BY practice_id";
    pub(super) REWRAP_INSTALLATION = "UPDATE vault SET root_key = $1, wrapped = $2, salt = $3
            WHERE id = $4 AND root_key = $5";
    pub(super) REWRAP_PRACTICE = "UPDATE practice_key SET root_key = $1, wrapped = $2
            WHERE practice_id = $3 AND root_key = $4";
}

/// The installation key.
pub(super) const INSTALLATION_FIELD: Field = Field {
    table: "vault",
    column: "wrapped",
    bound: &["id", "root_key", "kind", "created_at"],
    named_by: 1,
};
/// A practice's key.
pub(super) const PRACTICE_FIELD: Field =
    Field { table: "practice_key", column: "wrapped", bound: &["practice_id", "root_key"], named_by: 1 };
/// A client's key.
pub(super) const CLIENT_FIELD: Field = Field {
    table: "client_key",
    column: "wrapped",
    bound: &["practice_id", "client_id", "class", "created_at"],
    named_by: 3,
};
