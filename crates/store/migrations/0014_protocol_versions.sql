-- The protocols a practice brings itself, each version by itself, and of the shipped ones those that a course began with.
-- A row is never changed but for its state, so that a running course keeps what it began with whatever is released later.

CREATE TABLE protocol_version (
    practice_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    version {TEXT} NOT NULL,
    -- Offered to new courses, or not any more; or a shipped one that is only kept.
    state {TEXT} NOT NULL CHECK (state IN ('active', 'withdrawn', 'kept')),
    uploaded_by {TEXT} NOT NULL,
    uploaded_at {BIGINT} NOT NULL,
    withdrawn_by {TEXT},
    withdrawn_at {BIGINT},
    -- SHA-256 of the two texts: the mark is over these, so that a list need not read them.
    whole_hash {TEXT} NOT NULL,
    source_hash {TEXT} NOT NULL,
    -- The protocol in one piece, with what it extends laid under it.
    whole {TEXT} NOT NULL,
    -- The file as it came; of a shipped one nothing.
    source {TEXT} NOT NULL,
    mark {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, id, version)
){STRICT};
