-- Marks: a MAC over the plain columns of rows that decide who may see what and hold no sealed column of their own, so
-- that a row written or changed from outside gives nothing. A row from before this step gets its mark right after it, in
-- Rust (vault/marks.rs): SQL has no key. A row whose mark is empty is refused.
ALTER TABLE practice ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE account ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE web_session ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE relation ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE episode ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE recovery_code ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE legal_hold ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE retention ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE erasure ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
ALTER TABLE psychotherapy_opening ADD COLUMN mark {BYTES} NOT NULL DEFAULT {NO_BYTES};
-- Over what a review found; none before it.
ALTER TABLE emergency_access ADD COLUMN mark {BYTES};
