-- What was signed or written once stays: the database itself refuses to change or remove it. Removing is allowed for a
-- client whose key was destroyed, which is how a record is erased: nobody could read those rows any more.
--{sqlite
CREATE TRIGGER therapy_session_final BEFORE UPDATE ON therapy_session WHEN OLD.state = 'signed'
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER addendum_final BEFORE UPDATE ON addendum
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER psychotherapy_note_final BEFORE UPDATE ON psychotherapy_note
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER artefact_final BEFORE UPDATE ON artefact
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER problem_area_final BEFORE UPDATE ON problem_area
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER response_final BEFORE UPDATE ON response
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER episode_event_final BEFORE UPDATE ON episode_event
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER record_version_final BEFORE UPDATE ON record_version
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;

CREATE TRIGGER therapy_session_kept BEFORE DELETE ON therapy_session WHEN OLD.state = 'signed' AND EXISTS (
    SELECT 1 FROM episode e JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id
    WHERE e.practice_id = OLD.practice_id AND e.id = OLD.episode_id)
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER addendum_kept BEFORE DELETE ON addendum WHEN EXISTS (
    SELECT 1 FROM episode e JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id
    WHERE e.practice_id = OLD.practice_id AND e.id = OLD.episode_id)
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER psychotherapy_note_kept BEFORE DELETE ON psychotherapy_note WHEN EXISTS (
    SELECT 1 FROM episode e JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id
    WHERE e.practice_id = OLD.practice_id AND e.id = OLD.episode_id)
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER artefact_kept BEFORE DELETE ON artefact WHEN EXISTS (
    SELECT 1 FROM episode e JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id
    WHERE e.practice_id = OLD.practice_id AND e.id = OLD.episode_id)
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER problem_area_kept BEFORE DELETE ON problem_area WHEN EXISTS (
    SELECT 1 FROM episode e JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id
    WHERE e.practice_id = OLD.practice_id AND e.id = OLD.episode_id)
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER response_kept BEFORE DELETE ON response WHEN EXISTS (
    SELECT 1 FROM episode e JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id
    WHERE e.practice_id = OLD.practice_id AND e.id = OLD.episode_id)
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER episode_event_kept BEFORE DELETE ON episode_event WHEN EXISTS (
    SELECT 1 FROM episode e JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id
    WHERE e.practice_id = OLD.practice_id AND e.id = OLD.episode_id)
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
CREATE TRIGGER record_version_kept BEFORE DELETE ON record_version WHEN EXISTS (
    SELECT 1 FROM client_key k WHERE k.practice_id = OLD.practice_id AND k.client_id = OLD.client_id)
BEGIN SELECT RAISE(ABORT, 'entry_is_final'); END;
--}
--{postgres
CREATE FUNCTION entry_is_final() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'entry_is_final'; END $$;

CREATE FUNCTION entry_of_episode_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM episode e
            JOIN client_key k ON k.practice_id = e.practice_id AND k.client_id = e.client_id
            WHERE e.practice_id = OLD.practice_id AND e.id = OLD.episode_id) THEN
        RAISE EXCEPTION 'entry_is_final';
    END IF;
    RETURN OLD;
END $$;

CREATE FUNCTION entry_of_client_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF EXISTS (SELECT 1 FROM client_key k
            WHERE k.practice_id = OLD.practice_id AND k.client_id = OLD.client_id) THEN
        RAISE EXCEPTION 'entry_is_final';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER therapy_session_final BEFORE UPDATE ON therapy_session
    FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION entry_is_final();
CREATE TRIGGER therapy_session_kept BEFORE DELETE ON therapy_session
    FOR EACH ROW WHEN (OLD.state = 'signed') EXECUTE FUNCTION entry_of_episode_is_kept();
CREATE TRIGGER record_version_final BEFORE UPDATE ON record_version
    FOR EACH ROW EXECUTE FUNCTION entry_is_final();
CREATE TRIGGER record_version_kept BEFORE DELETE ON record_version
    FOR EACH ROW EXECUTE FUNCTION entry_of_client_is_kept();
DO $entries$
DECLARE entry text;
BEGIN
    FOREACH entry IN ARRAY ARRAY['addendum', 'psychotherapy_note', 'artefact', 'problem_area', 'response', 'episode_event'] LOOP
        EXECUTE format('CREATE TRIGGER %1$s_final BEFORE UPDATE ON %1$I
            FOR EACH ROW EXECUTE FUNCTION entry_is_final()', entry);
        EXECUTE format('CREATE TRIGGER %1$s_kept BEFORE DELETE ON %1$I
            FOR EACH ROW EXECUTE FUNCTION entry_of_episode_is_kept()', entry);
    END LOOP;
    FOREACH entry IN ARRAY ARRAY['therapy_session', 'addendum', 'psychotherapy_note', 'artefact', 'problem_area', 'response',
            'episode_event', 'record_version'] LOOP
        EXECUTE format('CREATE TRIGGER %1$s_not_emptied BEFORE TRUNCATE ON %1$I
            FOR EACH STATEMENT EXECUTE FUNCTION entry_is_final()', entry);
    END LOOP;
END $entries$;
--}
