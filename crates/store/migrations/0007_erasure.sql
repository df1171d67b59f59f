-- What remains of a client whose record was erased: no name, no word. It refers to nothing, so that it can be applied
-- again to a database that was restored from an older backup.
CREATE TABLE erasure (
    practice_id {TEXT} NOT NULL REFERENCES practice (id),
    client_id {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    erased_by {TEXT} NOT NULL,
    reason {TEXT} NOT NULL,
    PRIMARY KEY (practice_id, client_id)
){WITHOUT_ROWID};

-- Holds: while one is not lifted, the record stays. The reason is closed with the practice's key.
CREATE TABLE legal_hold (
    practice_id {TEXT} NOT NULL,
    client_id {TEXT} NOT NULL,
    set_at {BIGINT} NOT NULL,
    set_by {TEXT} NOT NULL,
    reason {BYTES} NOT NULL,
    lifted_at {BIGINT},
    lifted_by {TEXT},
    PRIMARY KEY (practice_id, client_id, set_at),
    FOREIGN KEY (practice_id, client_id) REFERENCES client (practice_id, id)
){WITHOUT_ROWID};

-- How many years the practice keeps a record after the last contact.
CREATE TABLE retention (
    practice_id {TEXT} NOT NULL PRIMARY KEY REFERENCES practice (id),
    years {BIGINT} NOT NULL CHECK (years BETWEEN 1 AND 100),
    set_by {TEXT} NOT NULL,
    set_at {BIGINT} NOT NULL
){WITHOUT_ROWID};
