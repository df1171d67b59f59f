-- Records opened in an emergency, each with its reason and its review; and notices that stay until they were read.

CREATE TABLE emergency_access (
    practice_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    reason {TEXT} NOT NULL CHECK (reason IN ('danger', 'unreachable', 'asked', 'inquiry')),
    started_at {BIGINT} NOT NULL,
    -- Why, in words: sealed with the client's key.
    words {BYTES} NOT NULL,
    reviewed_at {BIGINT},
    reviewed_by {TEXT},
    finding {TEXT} CHECK (finding IN ('justified', 'not_justified')),
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX emergency_access_open ON emergency_access (practice_id, account_id, started_at) WHERE reviewed_at IS NULL;

CREATE TABLE notice (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    kind {TEXT} NOT NULL CHECK (kind IN ('emergency_access')),
    at {BIGINT} NOT NULL,
    -- Whose record it is about, and who did it.
    client_id {TEXT},
    subject {TEXT},
    read_at {BIGINT},
    PRIMARY KEY (practice_id, account_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX notice_unread ON notice (practice_id, account_id, at) WHERE read_at IS NULL;
