-- Passkeys. What decides about them is marked; the name their person gave them is sealed.
CREATE TABLE passkey (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    -- As the device names it. One passkey belongs to one account, in whatever practice.
    credential_id {BYTES} NOT NULL,
    -- The public key in COSE form.
    public_key {BYTES} NOT NULL,
    counter {BIGINT} NOT NULL,
    transports {TEXT} NOT NULL,
    may_be_copied {BOOL} NOT NULL,
    is_copied {BOOL} NOT NULL,
    created_at {BIGINT} NOT NULL,
    used_at {BIGINT},
    mark {BYTES} NOT NULL,
    name {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, account_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};
CREATE UNIQUE INDEX passkey_credential ON passkey (credential_id);

-- Challenges that were answered, kept until they would have ended. A challenge carries its own proof of who made it,
-- for what and for whom, so that asking for one writes nothing; only its answer does. No practice is known yet when
-- somebody signs in with a passkey alone.
CREATE TABLE passkey_challenge (
    challenge {BYTES} NOT NULL PRIMARY KEY,
    ends_at {BIGINT} NOT NULL
){WITHOUT_ROWID};
CREATE INDEX passkey_challenge_by_time ON passkey_challenge (ends_at);

-- Notices tell of passkeys too.
--{sqlite
CREATE TABLE account_notice_anew (
    practice_id TEXT NOT NULL,
    account_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('password_reset', 'password_changed', 'recovery_code', 'factor_set',
        'factor_removed', 'codes_renewed', 'started_anew', 'disowned', 'passkey_added', 'passkey_removed',
        'passkey_copied')),
    at INTEGER NOT NULL,
    subject TEXT NOT NULL,
    read_at INTEGER,
    origin BLOB NOT NULL,
    PRIMARY KEY (practice_id, account_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
) STRICT, WITHOUT ROWID;
INSERT INTO account_notice_anew (practice_id, account_id, id, kind, at, subject, read_at, origin)
    SELECT practice_id, account_id, id, kind, at, subject, read_at, origin FROM account_notice;
DROP TABLE account_notice;
ALTER TABLE account_notice_anew RENAME TO account_notice;
CREATE INDEX account_notice_unread ON account_notice (practice_id, account_id, at) WHERE read_at IS NULL;
--}
--{postgres
ALTER TABLE account_notice DROP CONSTRAINT account_notice_kind_check;
ALTER TABLE account_notice ADD CONSTRAINT account_notice_kind_check CHECK (kind IN ('password_reset', 'password_changed',
    'recovery_code', 'factor_set', 'factor_removed', 'codes_renewed', 'started_anew', 'disowned', 'passkey_added',
    'passkey_removed', 'passkey_copied'));
--}
