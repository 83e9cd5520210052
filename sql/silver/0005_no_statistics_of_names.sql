-- What stands in `username` was never sealed (0004). The planner's statistics are made of such values and outlive the row, also
-- that of an erased person: none are kept of this column.
ALTER TABLE silver_private.users ALTER COLUMN username SET STATISTICS 0;
SELECT pg_clear_attribute_stats('silver_private', 'users', 'username', false);
