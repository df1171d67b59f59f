-- A SQLite file holds one practice: nothing of another one can be reached in it, because nothing of it is there.
-- PostgreSQL keeps practices apart by row-level security, put on every table at the end of each migration.
--{sqlite
CREATE TRIGGER one_practice_per_file BEFORE INSERT ON practice
WHEN EXISTS (SELECT 1 FROM practice)
BEGIN
    SELECT RAISE(ABORT, 'one_practice_per_file');
END;
--}
