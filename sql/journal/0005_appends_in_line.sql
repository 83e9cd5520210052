-- For a writer that sends an append before it knows what became of the one before it, on the same connection. The other
-- may yet fail, and somebody else may then write just as many events: the last position alone would not tell. What each
-- append leaves behind in its session goes with its transaction, so that it tells whether it was our own.
CREATE FUNCTION journal.lock_at(expected bigint, will_be bigint, behind boolean) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  PERFORM journal.lock_at(expected);
  IF behind AND current_setting('gavel.appended_to', true) IS DISTINCT FROM expected::text THEN
    RAISE EXCEPTION 'the append that was to end at % has failed', expected USING ERRCODE = 'GV001';
  END IF;
  PERFORM set_config('gavel.appended_to', will_be::text, false);
END $$;

COMMENT ON FUNCTION journal.lock_at(bigint, bigint, boolean) IS 'Takes the append lock, and fails with GV001 unless the journal ends at expected; with behind, unless an append of this very session has just made it end there.';
