-- How far each consumer has come, and what it had to set aside. A consumer writes here in the same transaction as into its
-- own tables, so the two can never tell different stories.

CREATE SCHEMA feed;

CREATE TABLE feed.checkpoints (
  consumer   text        NOT NULL,
  slice      integer     NOT NULL,
  slices     integer     NOT NULL,
  position   numeric(20) NULL,
  generation bigint      NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL,
  PRIMARY KEY (consumer, slice),
  CHECK (slice >= 0 AND slice < slices)
) WITH (fillfactor = 10); -- One row, rewritten with every batch: its versions stay on the page they began on.

COMMENT ON TABLE feed.checkpoints IS 'The last position that each slice of a consumer is done with: every event up to it is applied or parked.';
COMMENT ON COLUMN feed.checkpoints.slices IS 'How many slices the consumer was started with. Another number would read some events twice and others never, so it is refused.';
COMMENT ON COLUMN feed.checkpoints.position IS 'As the journal prints it. NULL before the first event.';
COMMENT ON COLUMN feed.checkpoints.generation IS 'Raised by whoever changes the consumer''s tables or parked streams from outside (a replay, a swap after a rebuild): a running consumer then drops its batch and loads everything anew.';

CREATE TABLE feed.parked_streams (
  consumer   text        NOT NULL,
  stream_id  text        NOT NULL,
  slice      integer     NOT NULL,
  revision   bigint      NOT NULL CHECK (revision >= 0),
  position   numeric(20) NOT NULL,
  event_type text        NOT NULL,
  reason     text        NOT NULL,
  parked_at  timestamptz NOT NULL,
  PRIMARY KEY (consumer, stream_id)
);

COMMENT ON TABLE feed.parked_streams IS 'Streams that a consumer cannot apply past the named event. The rest of the journal goes on without them.';
COMMENT ON COLUMN feed.parked_streams.revision IS 'The event that could not be applied.';
COMMENT ON COLUMN feed.parked_streams.reason IS 'Why, without any value of the event: amounts and personal data stay in the journal.';

CREATE TABLE feed.parked_events (
  consumer   text        NOT NULL,
  stream_id  text        NOT NULL,
  revision   bigint      NOT NULL,
  position   numeric(20) NOT NULL,
  event_type text        NOT NULL,
  queued_at  timestamptz NOT NULL,
  PRIMARY KEY (consumer, stream_id, revision),
  -- Parked streams change their consumer's name when versions change places.
  FOREIGN KEY (consumer, stream_id) REFERENCES feed.parked_streams ON DELETE CASCADE ON UPDATE CASCADE
);

COMMENT ON TABLE feed.parked_events IS 'What waits in a parked stream, the poison event first. The events themselves are in the journal.';

-- A second version of a consumer's tables, beside the one in use (docs/adr/0029): it is built in schemas of its own under
-- a consumer's name of its own, and swapped in by renaming. What is needed for that and for any number of tables.

CREATE TABLE feed.versions (
  consumer    text        PRIMARY KEY,
  of_consumer text        NOT NULL CHECK (of_consumer <> consumer),
  migrations  text        NOT NULL,
  made_at     timestamptz NOT NULL
);
COMMENT ON TABLE feed.versions IS 'Versions that are not in use: one that is being built, one that is kept for a rollback. Their checkpoints and parked streams stand under their own names.';
COMMENT ON COLUMN feed.versions.migrations IS 'Which migrations made its tables. With others than those of today it cannot be swapped in.';

-- One line for everything that a schema is made of, apart from its rows. Names of schemas are told as in `names`, an
-- object from the name as it is to the name to tell, so that two versions can be compared line by line.
CREATE FUNCTION feed.structure_of(schema_name text, names jsonb) RETURNS TABLE (object text, detail text)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  lines record;
  name record;
BEGIN
  FOR lines IN
    SELECT 'schema'::text AS o, 'comment ' || coalesce(obj_description(s.oid, 'pg_namespace'), '') AS d
    FROM pg_namespace s WHERE s.nspname = schema_name
    UNION ALL
    SELECT 'schema', format('grant %s to %s%s', a.privilege_type, coalesce(r.rolname, 'PUBLIC'), CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END)
    FROM pg_namespace s, aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE s.nspname = schema_name
    UNION ALL
    SELECT c.relname::text, format('kind %s, options %s, comment %s', c.relkind, c.reloptions, obj_description(c.oid, 'pg_class'))
    FROM pg_class c WHERE c.relnamespace = schema_name::regnamespace AND c.relkind <> 'i'
    UNION ALL
    SELECT c.relname::text, format('column %s %s %s%s, default %s, comment %s', a.attnum, a.attname, format_type(a.atttypid, a.atttypmod),
      CASE WHEN a.attnotnull THEN ' not null' ELSE '' END, pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
    WHERE c.relnamespace = schema_name::regnamespace AND c.relkind <> 'i'
    UNION ALL
    SELECT t.relname::text, 'index ' || pg_get_indexdef(i.indexrelid)
    FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid WHERE t.relnamespace = schema_name::regnamespace
    UNION ALL
    SELECT t.relname::text, format('constraint %s %s', k.conname, pg_get_constraintdef(k.oid))
    FROM pg_constraint k JOIN pg_class t ON t.oid = k.conrelid WHERE t.relnamespace = schema_name::regnamespace
    UNION ALL
    SELECT c.relname::text, 'definition ' || pg_get_viewdef(c.oid)
    FROM pg_class c WHERE c.relnamespace = schema_name::regnamespace AND c.relkind IN ('v', 'm')
    UNION ALL
    SELECT c.relname::text, format('grant %s to %s%s', a.privilege_type, coalesce(r.rolname, 'PUBLIC'), CASE WHEN a.is_grantable THEN ' with grant option' ELSE '' END)
    FROM pg_class c, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a LEFT JOIN pg_roles r ON r.oid = a.grantee
    WHERE c.relnamespace = schema_name::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
    UNION ALL
    SELECT c.relname::text, format('grant %s on %s to %s', x.privilege_type, a.attname, coalesce(r.rolname, 'PUBLIC'))
    FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x LEFT JOIN pg_roles r ON r.oid = x.grantee
    WHERE c.relnamespace = schema_name::regnamespace
    UNION ALL
    SELECT c.relname::text, format('trigger %s', pg_get_triggerdef(t.oid))
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = schema_name::regnamespace AND NOT t.tgisinternal
  LOOP
    object := lines.o;
    detail := lines.d;
    FOR name IN SELECT key, value FROM jsonb_each_text(names) LOOP
      detail := regexp_replace(detail, '\m' || name.key || '\.', name.value || '.', 'g');
    END LOOP;
    RETURN NEXT;
  END LOOP;
END
$$;
COMMENT ON FUNCTION feed.structure_of IS 'Columns, indexes, constraints, views, grants and comments of a schema as lines.';

-- Grants that a person has given or taken back since are in no migration, and must outlive a rebuild all the same.
CREATE FUNCTION feed.copy_grants(from_schema text, to_schema text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    WITH held AS (
      SELECT s.nspname AS schema, 'SCHEMA' AS kind, NULL::name AS object, NULL::name AS col, a.grantee, a.privilege_type, a.is_grantable, s.nspowner AS owner
      FROM pg_namespace s, aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) a
      UNION ALL
      SELECT s.nspname, 'TABLE', c.relname, NULL, a.grantee, a.privilege_type, a.is_grantable, c.relowner
      FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace, aclexplode(coalesce(c.relacl, acldefault('r', c.relowner))) a
      WHERE c.relkind IN ('r', 'p', 'v', 'm')
      UNION ALL
      SELECT s.nspname, 'TABLE', c.relname, a.attname, x.grantee, x.privilege_type, x.is_grantable, c.relowner
      FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid, aclexplode(a.attacl) x
    ),
    wanted AS (SELECT kind, object, col, grantee, privilege_type, is_grantable FROM held WHERE schema = from_schema AND grantee <> owner),
    present AS (SELECT kind, object, col, grantee, privilege_type, is_grantable FROM held WHERE schema = to_schema AND grantee <> owner),
    changes AS (
      SELECT 1 AS turn, 'REVOKE' AS verb, p.* FROM (SELECT * FROM present EXCEPT SELECT * FROM wanted) p
      UNION ALL
      SELECT 2, 'GRANT', w.* FROM (SELECT * FROM wanted EXCEPT SELECT * FROM present) w
    )
    SELECT format('%s %s%s ON %s %I%s %s %s%s', verb, privilege_type, CASE WHEN col IS NULL THEN '' ELSE format(' (%I)', col) END, kind,
      to_schema, CASE WHEN object IS NULL THEN '' ELSE format('.%I', object) END, CASE verb WHEN 'GRANT' THEN 'TO' ELSE 'FROM' END,
      CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE format('%I', pg_get_userbyid(grantee)) END,
      CASE WHEN verb = 'GRANT' AND is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
    FROM changes
    WHERE object IS NULL OR to_regclass(format('%I.%I', to_schema, object)) IS NOT NULL
    ORDER BY turn
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;
COMMENT ON FUNCTION feed.copy_grants IS 'Gives the second schema and its tables and views the same grants as the first, no more and no less.';

CREATE FUNCTION feed.analyze_schema(schema_name text) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  statement text;
BEGIN
  FOR statement IN
    SELECT format('ANALYZE %I.%I', schema_name, relname) FROM pg_class
    WHERE relnamespace = schema_name::regnamespace AND relkind IN ('r', 'p', 'm')
  LOOP
    EXECUTE statement;
  END LOOP;
END
$$;

-- Rows of two versions, compared whole by their primary keys. Rows may hold secrets: not everything here is to be shown.
-- `left_out` are first columns of keys whose rows are not compared.
CREATE FUNCTION feed.differing_rows(old_schema text, new_schema text, left_out text[], shown_max integer)
RETURNS TABLE (table_name text, differences bigint, key text, old_row jsonb, new_row jsonb)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  tables record;
BEGIN
  FOR tables IN
    SELECT c.relname, string_agg(format('%I', a.attname), ', ' ORDER BY k.place) AS key, min(format('%I', a.attname)) FILTER (WHERE k.place = 1) AS first
    FROM pg_class c
    LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
    LEFT JOIN LATERAL unnest(i.indkey::smallint[]) WITH ORDINALITY AS k(attnum, place) ON true
    LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum
    WHERE c.relnamespace = old_schema::regnamespace AND c.relkind IN ('r', 'p')
      AND to_regclass(format('%I.%I', new_schema, c.relname)) IS NOT NULL
    GROUP BY c.relname
    ORDER BY c.relname
  LOOP
    IF tables.key IS NULL THEN
      RAISE EXCEPTION 'the table %.% has no primary key to compare it by', old_schema, tables.relname;
    END IF;
    RETURN QUERY EXECUTE format(
      'SELECT %5$L::text, count(*) OVER (), concat_ws(''-'', %1$s), to_jsonb(o), to_jsonb(n) FROM %2$I.%4$I o FULL JOIN %3$I.%4$I n USING (%1$s) '
        'WHERE o IS DISTINCT FROM n AND NOT (%6$s)::text = ANY ($1) ORDER BY %1$s LIMIT $2',
      tables.key, old_schema, new_schema, tables.relname, tables.relname, tables.first)
    USING left_out, shown_max;
  END LOOP;
END
$$;
COMMENT ON FUNCTION feed.differing_rows IS 'Per table of two schemas, how many rows differ and the first of them, whole; NULL on the side that lacks the row.';

-- Keys that are declared and NOT ENFORCED: rows that refer to one that is missing.
CREATE FUNCTION feed.dangling_references(schema_name text, shown_max integer)
RETURNS TABLE (reference text, key text, total bigint)
LANGUAGE plpgsql STABLE AS $$
DECLARE
  keys record;
BEGIN
  FOR keys IN
    SELECT format('%s.%s → %s', t.relname, string_agg(a.attname, ', ' ORDER BY k.place), r.relname) AS reference,
      k_of.conrelid::regclass AS from_table, k_of.confrelid::regclass AS to_table,
      string_agg(format('f.%I = t.%I', a.attname, b.attname), ' AND ' ORDER BY k.place) AS matches,
      string_agg(format('f.%I IS NOT NULL', a.attname), ' AND ' ORDER BY k.place) AS is_given,
      (SELECT string_agg(format('f.%I', p.attname), ', ' ORDER BY ik.place)
       FROM pg_index i, unnest(i.indkey::smallint[]) WITH ORDINALITY AS ik(attnum, place), pg_attribute p
       WHERE i.indrelid = k_of.conrelid AND i.indisprimary AND p.attrelid = k_of.conrelid AND p.attnum = ik.attnum) AS key
    FROM pg_constraint k_of
    JOIN pg_class t ON t.oid = k_of.conrelid
    JOIN pg_class r ON r.oid = k_of.confrelid
    CROSS JOIN LATERAL unnest(k_of.conkey, k_of.confkey) WITH ORDINALITY AS k(from_column, to_column, place)
    JOIN pg_attribute a ON a.attrelid = k_of.conrelid AND a.attnum = k.from_column
    JOIN pg_attribute b ON b.attrelid = k_of.confrelid AND b.attnum = k.to_column
    WHERE k_of.contype = 'f' AND NOT k_of.conenforced AND k_of.connamespace = schema_name::regnamespace
    GROUP BY k_of.oid, k_of.conrelid, k_of.confrelid, t.relname, r.relname
    ORDER BY 1
  LOOP
    RETURN QUERY EXECUTE format(
      'SELECT %L::text, concat_ws(''-'', %s), count(*) OVER () FROM %s f WHERE %s AND NOT EXISTS (SELECT FROM %s t WHERE %s) ORDER BY 2 LIMIT $1',
      keys.reference, keys.key, keys.from_table, keys.is_given, keys.to_table, keys.matches)
    USING shown_max;
  END LOOP;
END
$$;
COMMENT ON FUNCTION feed.dangling_references IS 'Per foreign key of a schema that is NOT ENFORCED, how many rows refer to one that is missing, and the first of their keys.';

-- A view or a key elsewhere holds on to the very table, not to its name: after a swap it would go on reading the old
-- version, and fall with it.
CREATE FUNCTION feed.outside_dependents(schema_names text[]) RETURNS SETOF text
LANGUAGE sql STABLE AS $$
  SELECT DISTINCT format('%I.%I', n.nspname, o.relname)
  FROM pg_class t
  JOIN pg_depend d ON d.refclassid = 'pg_class'::regclass AND d.refobjid = t.oid
  LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
  LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid
  JOIN pg_class o ON o.oid = coalesce(w.ev_class, nullif(k.conrelid, 0))
  JOIN pg_namespace n ON n.oid = o.relnamespace
  WHERE t.relnamespace::regnamespace::text = ANY (schema_names) AND NOT n.nspname = ANY (schema_names)
  ORDER BY 1
$$;
