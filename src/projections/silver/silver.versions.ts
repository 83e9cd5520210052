// Silver's versions: the one in use, the one that is being built beside it, and the one kept for a rollback. A version is
// two schemas; versions change places by renaming them, which no query notices (docs/adr/0029).
import type { Projection } from '../../feed/projection.js';
import type { VersionedTables } from '../../feed/versions/versioned-tables.js';
import { SILVER_CONSUMER, silverProjection } from './silver.projection.js';

export type SilverVersion = Readonly<{ projection: Projection; publicSchema: string; privateSchema: string }>;

export const SILVER_IN_USE: SilverVersion = {
  projection: silverProjection(),
  publicSchema: 'silver',
  privateSchema: 'silver_private',
};
export const SILVER_NEXT: SilverVersion = {
  projection: silverProjection(`${SILVER_CONSUMER}_next`, 'silver_private_next'),
  publicSchema: 'silver_next',
  privateSchema: 'silver_private_next',
};
export const SILVER_PREVIOUS: SilverVersion = {
  projection: silverProjection(`${SILVER_CONSUMER}_previous`, 'silver_private_previous'),
  publicSchema: 'silver_previous',
  privateSchema: 'silver_private_previous',
};

export const DROP_PREVIOUS = 'DROP SCHEMA IF EXISTS silver_previous, silver_private_previous CASCADE';

/** The next version comes into use, the one that was becomes the previous one. */
export const SWAP_NEXT_IN = `
ALTER SCHEMA silver RENAME TO silver_previous;
ALTER SCHEMA silver_private RENAME TO silver_private_previous;
ALTER SCHEMA silver_next RENAME TO silver;
ALTER SCHEMA silver_private_next RENAME TO silver_private`;

/** The version in use and the previous one change places. */
export const SWAP_PREVIOUS_IN = `
ALTER SCHEMA silver RENAME TO silver_aside;
ALTER SCHEMA silver_private RENAME TO silver_private_aside;
ALTER SCHEMA silver_previous RENAME TO silver;
ALTER SCHEMA silver_private_previous RENAME TO silver_private;
ALTER SCHEMA silver_aside RENAME TO silver_previous;
ALTER SCHEMA silver_private_aside RENAME TO silver_private_previous`;

/** Grants as they are, statistics for the planner. */
export const COPY_GRANTS_TO_NEXT = `
SELECT feed.copy_grants('silver', 'silver_next'), feed.copy_grants('silver_private', 'silver_private_next')`;

export const OUTSIDE_DEPENDENTS = `
SELECT object FROM feed.outside_dependents(ARRAY['silver', 'silver_private']) AS object`;

/** What the next version is made of and the one in use is not (`+`), and the other way round (`-`). */
export const STRUCTURE_DIFFERENCES = `
WITH present AS (
  SELECT 'silver' AS schema, * FROM feed.structure_of('silver', '{}')
  UNION ALL SELECT 'silver_private', * FROM feed.structure_of('silver_private', '{}')
), next AS (
  SELECT 'silver' AS schema, * FROM
    feed.structure_of('silver_next', '{"silver_next": "silver", "silver_private_next": "silver_private"}')
  UNION ALL SELECT 'silver_private', * FROM
    feed.structure_of('silver_private_next', '{"silver_next": "silver", "silver_private_next": "silver_private"}')
)
SELECT '-' AS side, * FROM (SELECT * FROM present EXCEPT SELECT * FROM next) only_present
UNION ALL
SELECT '+', * FROM (SELECT * FROM next EXCEPT SELECT * FROM present) only_next
ORDER BY schema, object, detail, side`;

// The same files make every version. They name the schemas in use, so those step aside until the files have run; nobody
// else sees it, for it is one transaction.
export const SILVER_VERSIONS: VersionedTables = {
  area: 'silver',
  inUse: SILVER_IN_USE.projection,
  next: SILVER_NEXT.projection,
  nextSchemas: [SILVER_NEXT.publicSchema, SILVER_NEXT.privateSchema],
  stepAside: `
ALTER SCHEMA silver RENAME TO silver_aside;
ALTER SCHEMA silver_private RENAME TO silver_private_aside`,
  callNextAndStepBack: `
ALTER SCHEMA silver RENAME TO silver_next;
ALTER SCHEMA silver_private RENAME TO silver_private_next;
ALTER SCHEMA silver_aside RENAME TO silver;
ALTER SCHEMA silver_private_aside RENAME TO silver_private`,
  dropNext: 'DROP SCHEMA IF EXISTS silver_next, silver_private_next CASCADE',
  analyzeNext: "SELECT feed.analyze_schema('silver_private_next')",
  differingRows: `
SELECT table_name AS "table", key, old_row AS "inUse", new_row AS next, differences::text
FROM feed.differing_rows('silver_private', 'silver_private_next', $1, $2)`,
};
