-- Psychotherapy notes (class K5): kept apart from the chart, under a key of their own. No other table holds a word of
-- them: neither drafts nor earlier versions nor the audit trail.

CREATE TABLE psychotherapy_note (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    id {TEXT} NOT NULL,
    version {BIGINT} NOT NULL,
    author_id {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, id, version),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id),
    FOREIGN KEY (practice_id, author_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};

-- What the author typed and has not saved yet. `note` is the id of the note, or `new`.
CREATE TABLE psychotherapy_note_draft (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    author_id {TEXT} NOT NULL,
    note {TEXT} NOT NULL,
    base_version {BIGINT} NOT NULL,
    at {BIGINT} NOT NULL,
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, author_id, note),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id)
){WITHOUT_ROWID};

-- Whom the author lets read one note. The mark proves that the program wrote the row.
CREATE TABLE psychotherapy_note_reader (
    practice_id {TEXT} NOT NULL,
    episode_id {TEXT} NOT NULL,
    note_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    granted_by {TEXT} NOT NULL,
    granted_at {BIGINT} NOT NULL,
    mark {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, episode_id, note_id, account_id),
    FOREIGN KEY (practice_id, episode_id) REFERENCES episode (practice_id, id),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};

-- That a session opened the notes with a fresh second factor. A session is known by the instant of its factor.
CREATE TABLE psychotherapy_opening (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    verified_at {BIGINT} NOT NULL,
    PRIMARY KEY (practice_id, account_id, verified_at),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};
