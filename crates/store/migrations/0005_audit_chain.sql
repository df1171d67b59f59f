-- The audit trail as chains: each connection that writes has one; a line's hash covers every column and the hash of
-- the line before it. The first line of a chain names the heads that stood when it began, in `ties`.
-- No version with the table before this one was released.

DROP TABLE audit;

CREATE TABLE audit (
    practice_id {TEXT} NOT NULL,
    chain {BIGINT} NOT NULL,
    seq {BIGINT} NOT NULL,
    at {BIGINT} NOT NULL,
    id {TEXT} NOT NULL,
    actor {TEXT} NOT NULL,
    for_whom {TEXT} NOT NULL,
    action {TEXT} NOT NULL,
    class {TEXT} NOT NULL,
    client_id {TEXT},
    object {TEXT} NOT NULL,
    outcome {TEXT} NOT NULL,
    rule {TEXT} NOT NULL,
    origin {TEXT} NOT NULL,
    ties {TEXT},
    hash {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, chain, seq)
){WITHOUT_ROWID};
CREATE INDEX audit_at ON audit (practice_id, at);
CREATE INDEX audit_client ON audit (practice_id, client_id, at) WHERE client_id IS NOT NULL;

-- Where the chains stood, signed. Each names the one before it.
CREATE TABLE audit_checkpoint (
    practice_id {TEXT} NOT NULL,
    number {BIGINT} NOT NULL,
    at {BIGINT} NOT NULL,
    heads {TEXT} NOT NULL,
    previous {BYTES} NOT NULL,
    hash {BYTES} NOT NULL,
    signer {BYTES} NOT NULL,
    signature {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, number)
){WITHOUT_ROWID};

-- The database itself refuses to change what was written.
--{sqlite
CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER audit_checkpoint_no_update BEFORE UPDATE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
CREATE TRIGGER audit_checkpoint_no_delete BEFORE DELETE ON audit_checkpoint
BEGIN SELECT RAISE(ABORT, 'audit_append_only'); END;
--}
--{postgres
CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit_append_only'; END $$;
CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
CREATE TRIGGER audit_checkpoint_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_checkpoint
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
--}
