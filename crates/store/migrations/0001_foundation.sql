-- The first schema. Every row belongs to a practice; every key begins with it.
-- Instants are BIGINT microseconds UTC, days TEXT YYYY-MM-DD, ids TEXT (UUIDv7). What people write is
-- sealed BLOBs (docs/keys.md): documents are JSON with a format number before they are closed.

CREATE TABLE practice (
    id {TEXT} NOT NULL PRIMARY KEY,
    name {TEXT} NOT NULL,
    zone {TEXT} NOT NULL,
    purpose {TEXT} NOT NULL CHECK (purpose IN ('care', 'demonstration')),
    created_at {BIGINT} NOT NULL
){WITHOUT_ROWID};

-- Keys ---------------------------------------------------------------------------------------------------------

-- The installation's own key, wrapped by the root key that stays outside (docs/keys.md). One row.
CREATE TABLE vault (
    id {TEXT} NOT NULL PRIMARY KEY CHECK (id = 'installation'),
    root_key {TEXT} NOT NULL,
    kind {TEXT} NOT NULL CHECK (kind IN ('practice', 'demonstration')),
    created_at {BIGINT} NOT NULL,
    wrapped {BYTES} NOT NULL,
    salt {BYTES}
){WITHOUT_ROWID};

-- A practice's key, wrapped by the root key.
CREATE TABLE practice_key (
    practice_id {TEXT} NOT NULL PRIMARY KEY REFERENCES practice (id),
    root_key {TEXT} NOT NULL,
    wrapped {BYTES} NOT NULL
){WITHOUT_ROWID};

-- People who can sign in -------------------------------------------------------------------------------------

CREATE TABLE account (
    practice_id {TEXT} NOT NULL REFERENCES practice (id),
    id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    name {BYTES} NOT NULL,
    email {BYTES} NOT NULL,
    -- The folded address under a key of the installation: nobody without it can tell which address it is.
    email_key {TEXT} NOT NULL,
    roles {TEXT} NOT NULL,
    zone {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('invited', 'active', 'disabled')),
    client_id {TEXT},
    password_hash {BYTES},
    totp_secret {BYTES},
    totp_last_step {BIGINT},
    totp_pending {BYTES},
    signed_in_at {BIGINT},
    failures {BIGINT} NOT NULL DEFAULT 0,
    wait_until {BIGINT},
    created_at {BIGINT} NOT NULL,
    PRIMARY KEY (practice_id, id)
){WITHOUT_ROWID};
CREATE UNIQUE INDEX account_email_unique ON account (email_key);

CREATE TABLE recovery_code (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    code_hash {TEXT} NOT NULL,
    used_at {BIGINT},
    PRIMARY KEY (practice_id, account_id, code_hash),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};

-- Links that work once. Only the hash of the token is kept; what a link carries is sealed, and gone once it was used.
CREATE TABLE one_time_link (
    token_hash {TEXT} NOT NULL PRIMARY KEY,
    id {TEXT} NOT NULL,
    practice_id {TEXT},
    purpose {TEXT} NOT NULL CHECK (purpose IN ('set_up', 'invitation', 'reset', 'demonstration', 'measures')),
    account_id {TEXT},
    client_id {TEXT},
    episode_id {TEXT},
    payload {BYTES},
    created_by {TEXT},
    created_at {BIGINT} NOT NULL,
    expires_at {BIGINT} NOT NULL,
    used_at {BIGINT}
){WITHOUT_ROWID};
CREATE INDEX one_time_link_account ON one_time_link (practice_id, account_id);
CREATE INDEX one_time_link_episode ON one_time_link (practice_id, episode_id);

CREATE TABLE web_session (
    token_hash {TEXT} NOT NULL PRIMARY KEY,
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    assurance {TEXT} NOT NULL CHECK (assurance IN ('partial', 'full')),
    created_at {BIGINT} NOT NULL,
    seen_at {BIGINT} NOT NULL,
    ends_at {BIGINT} NOT NULL,
    device {BYTES} NOT NULL,
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX web_session_account ON web_session (practice_id, account_id);

-- Clients and who may see them ---------------------------------------------------------------------------------

CREATE TABLE client (
    practice_id {TEXT} NOT NULL REFERENCES practice (id),
    id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    name {BYTES} NOT NULL,
    body {BYTES} NOT NULL,
    account_id {TEXT},
    created_at {BIGINT} NOT NULL,
    created_by {TEXT} NOT NULL,
    PRIMARY KEY (practice_id, id)
){WITHOUT_ROWID};

-- A client's keys, one a class, wrapped by the practice's. Whoever deletes the row erases what it closed.
CREATE TABLE client_key (
    practice_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    class {TEXT} NOT NULL CHECK (class IN ('K3', 'K5')),
    created_at {BIGINT} NOT NULL,
    wrapped {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, client_id, class),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id)
){WITHOUT_ROWID};

CREATE TABLE relation (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    kind {TEXT} NOT NULL CHECK (kind IN ('treats', 'covers', 'supervises')),
    starts_at {BIGINT} NOT NULL,
    ends_at {BIGINT},
    granted_by {TEXT},
    PRIMARY KEY (practice_id, account_id, client_id, kind, starts_at),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX relation_client ON relation (practice_id, client_id);

-- The course ---------------------------------------------------------------------------------------------------

CREATE TABLE episode (
    practice_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    protocol_id {TEXT} NOT NULL,
    protocol_version {TEXT} NOT NULL,
    created_at {BIGINT} NOT NULL,
    created_by {TEXT} NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX episode_client ON episode (practice_id, client_id, created_at);

-- What happened, in order, never changed. Phase, gates, dues and sessions left are computed from it.
CREATE TABLE episode_event (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    seq {BIGINT} NOT NULL,
    at {BIGINT} NOT NULL,
    on_day {TEXT} NOT NULL,
    actor {TEXT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, seq),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};

-- One row an episode, derived from its events in the transaction that appends them, so that a list of a hundred
-- clients is one query. `attune check` proves it equal to a fresh computation.
CREATE TABLE episode_summary (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    seq {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX episode_summary_client ON episode_summary (practice_id, client_id);

-- Forms defined as data (diagnosis, sick role, contract, reviews, plans …): versions that never overwrite.
CREATE TABLE artefact (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    kind {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    author {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    session_no {BIGINT},
    shared {TEXT} NOT NULL CHECK (shared IN ('staff', 'client')),
    format {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, kind, version),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};

-- What somebody typed and has not saved yet; one per person and form.
CREATE TABLE draft (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    form {TEXT} NOT NULL,
    base_version {BIGINT} NOT NULL,
    at {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, account_id, episode_id, form),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};

-- Records of their own ------------------------------------------------------------------------------------------

CREATE TABLE tie (
    practice_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    author {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    format {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, client_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id)
){WITHOUT_ROWID};

CREATE TABLE life_event (
    practice_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    author {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    format {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, client_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id)
){WITHOUT_ROWID};

CREATE TABLE homework (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    author {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    due_on {TEXT},
    status {TEXT} NOT NULL,
    format {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, id),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};

-- Problem-area choices: each a version with its reason; the newest one counts.
CREATE TABLE problem_area (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    author {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    format {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, version),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};

CREATE TABLE therapy_session (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    session_no {BIGINT} NOT NULL,
    id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    author {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    held_on {TEXT} NOT NULL,
    state {TEXT} NOT NULL CHECK (state IN ('open', 'signed')),
    signed_at {BIGINT},
    signed_by {TEXT},
    format {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, session_no),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};

CREATE TABLE addendum (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    session_no {BIGINT} NOT NULL,
    id {TEXT} NOT NULL,
    author {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    text {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, session_no, id),
    FOREIGN KEY (practice_id, episode_id, session_no)
        REFERENCES therapy_session (practice_id, episode_id, session_no)
){WITHOUT_ROWID};

-- Every earlier version of the records above (client, tie, life_event, homework, therapy_session).
CREATE TABLE record_version (
    practice_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    kind {TEXT} NOT NULL,
    record_id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    author {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    format {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, kind, record_id, version),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id)
){WITHOUT_ROWID};

-- Measures and risk ----------------------------------------------------------------------------------------------

CREATE TABLE response (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    answered_at {BIGINT} NOT NULL,
    id {TEXT} NOT NULL,
    answered_on {TEXT} NOT NULL,
    instrument {TEXT} NOT NULL,
    instrument_version {TEXT} NOT NULL,
    mode {TEXT} NOT NULL CHECK (mode IN ('link', 'portal', 'in_session', 'paper')),
    author {TEXT} NOT NULL,
    session_no {BIGINT},
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, answered_at, id),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};

CREATE TABLE risk (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    response_id {TEXT},
    source {TEXT} NOT NULL,
    owner {TEXT} NOT NULL,
    opened_at {BIGINT} NOT NULL,
    answered_at {BIGINT},
    answered_by {TEXT},
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, id),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX risk_open ON risk (practice_id, owner, opened_at) WHERE answered_at IS NULL;

-- The audit trail: appended in the transaction of the act it tells of, never changed.
CREATE TABLE audit (
    practice_id {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    id {TEXT} NOT NULL,
    actor {TEXT} NOT NULL,
    action {TEXT} NOT NULL,
    class {TEXT} NOT NULL,
    client_id {TEXT},
    object {TEXT} NOT NULL,
    outcome {TEXT} NOT NULL,
    rule {TEXT} NOT NULL,
    origin {TEXT} NOT NULL,
    PRIMARY KEY (practice_id, at, id)
){WITHOUT_ROWID};
CREATE INDEX audit_client ON audit (practice_id, client_id, at);
