-- Forms that were sent, so that the same one sent twice does its work once. Swept after two days.
CREATE TABLE form_key (
    practice_id {TEXT} NOT NULL,
    account_id {TEXT} NOT NULL,
    submission {TEXT} NOT NULL,
    -- Which request it was: one form may do several things in turn.
    sending {TEXT} NOT NULL,
    at {BIGINT} NOT NULL,
    -- The address the first sending led to, once it is known.
    result {TEXT},
    PRIMARY KEY (practice_id, account_id, submission),
    FOREIGN KEY (practice_id, account_id) REFERENCES account (practice_id, id)
){WITHOUT_ROWID};
CREATE INDEX form_key_by_time ON form_key (at);
