-- When the person of a session last gave their second factor: what must not be done at a screen that was left open
-- asks for one given within the last five minutes.
ALTER TABLE web_session ADD COLUMN verified_at {BIGINT};
