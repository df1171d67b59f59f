-- What the nightly look at everything found, told to whoever runs the practice and to its privacy officers until
-- somebody said what was done and the look finds it no more. Whoever holds the role when they look is told: nobody is
-- written down as a recipient, since a damaged account could not be chosen and a forged one must not be.

CREATE TABLE finding (
    practice_id {TEXT} NOT NULL,
    -- Made from what was found, so that the same thing is one row however often it is found.
    id {TEXT} NOT NULL,
    first_at {BIGINT} NOT NULL,
    last_at {BIGINT} NOT NULL,
    -- Since when it is not found any more.
    gone_at {BIGINT},
    answered_at {BIGINT},
    answered_by {TEXT},
    -- What was found and what was done, sealed with the key of the installation: the practice's own may be what is damaged.
    body {BYTES} NOT NULL,
    PRIMARY KEY (practice_id, id)
){WITHOUT_ROWID};

-- When a look last went through to its end, and how much it found.
CREATE TABLE last_look (
    practice_id {TEXT} NOT NULL PRIMARY KEY,
    at {BIGINT} NOT NULL,
    found {BIGINT} NOT NULL,
    mark {BYTES} NOT NULL
){WITHOUT_ROWID};
