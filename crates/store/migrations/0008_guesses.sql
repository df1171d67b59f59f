-- Wrong tries at an account, counted by where they come from, so that a stranger's guessing keeps nobody else out.
-- `place` is `strangers`, `codes` (the password was right), or the hash of a device that the account signed in from.
CREATE TABLE guess (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    place {TEXT} NOT NULL,
    failures {BIGINT} NOT NULL,
    wait_until {BIGINT},
    PRIMARY KEY (practice_id, account_id, place),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};

-- Devices that an account signed in from with all its factors. Only the hash of the device's token is kept.
CREATE TABLE known_device (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    device_hash {TEXT} NOT NULL,
    since {BIGINT} NOT NULL,
    seen_at {BIGINT} NOT NULL,
    PRIMARY KEY (practice_id, account_id, device_hash),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};

-- Wrong tries from a network (/24, or /64 of IPv6) since an instant, whosever account they were at. No practice is
-- known yet when they are counted.
CREATE TABLE network_guess (
    network {TEXT} NOT NULL PRIMARY KEY,
    failures {BIGINT} NOT NULL,
    since {BIGINT} NOT NULL
){WITHOUT_ROWID};

ALTER TABLE account DROP COLUMN failures;
ALTER TABLE account DROP COLUMN wait_until;
