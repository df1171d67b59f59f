-- What happened to somebody's way in, told to that person and to whoever runs the practice until they say they read it.

CREATE TABLE account_notice (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    kind {TEXT} NOT NULL CHECK (kind IN ('password_reset', 'password_changed', 'recovery_code', 'factor_set',
        'factor_removed', 'codes_renewed', 'started_anew', 'disowned')),
    at {BIGINT} NOT NULL,
    -- Whose way in it is: the account itself, or somebody an administrator looks after.
    subject {TEXT} NOT NULL,
    read_at {BIGINT},
    -- The network address the deed came from, sealed with the practice's key.
    origin {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, account_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX account_notice_unread ON account_notice (practice_id, account_id, at) WHERE read_at IS NULL;
