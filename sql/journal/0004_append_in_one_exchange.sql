-- Takes the one append lock and makes sure that the journal still ends where the writer believes. So a writer that was the
-- last one to write can send a whole append at once (docs/adr/0032). The look is a statement of its own behind the
-- lock's: in READ COMMITTED it sees what the holder before committed.
CREATE FUNCTION journal.lock_at(expected bigint) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  found_last bigint;
BEGIN
  PERFORM FROM journal.append_lock WHERE shard = 0 FOR UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'the journal has no append lock';
  END IF;
  SELECT coalesce(max(position), 0) INTO found_last FROM journal.events;
  IF found_last <> expected THEN
    RAISE EXCEPTION 'the journal ends at %, not at %', found_last, expected USING ERRCODE = 'GV001';
  END IF;
END $$;
