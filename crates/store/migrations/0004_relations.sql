-- Relations of more kinds, each with its source. Blocks (conflict, restricted) stand in the same table, so that a
-- decision asks one question. The table is built anew because SQLite cannot change a CHECK.

CREATE TABLE relation_next (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    kind {TEXT} NOT NULL CHECK (kind IN ('treats', 'covers', 'supervises', 'trainee_on', 'guardian_of',
        'break_glass', 'conflict', 'restricted')),
    starts_at {BIGINT} NOT NULL,
    ends_at {BIGINT},
    granted_by {TEXT},
    source {TEXT} NOT NULL,
    -- What a guardian may be given, as codes; empty for everybody else.
    items {TEXT} NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, account_id, client_id, kind, starts_at),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};

INSERT INTO relation_next (practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, source)
    SELECT practice_id, account_id, client_id, kind, starts_at, ends_at, granted_by, 'asked' FROM relation;

DROP TABLE relation;
ALTER TABLE relation_next RENAME TO relation;
CREATE INDEX relation_client ON relation (practice_id, client_id);
