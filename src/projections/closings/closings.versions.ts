// A version of closings that is built beside the one in use, to be compared with it.
import type { VersionedTables } from '../../feed/versions/versioned-tables.js';
import { CLOSINGS_CONSUMER, closingsProjection } from './closings.projection.js';

export const CLOSINGS_VERSIONS: VersionedTables = {
  area: 'closings',
  inUse: closingsProjection(),
  next: closingsProjection(`${CLOSINGS_CONSUMER}_next`, 'closings_next'),
  nextSchemas: ['closings_next'],
  stepAside: 'ALTER SCHEMA closings RENAME TO closings_aside',
  callNextAndStepBack: `
ALTER SCHEMA closings RENAME TO closings_next;
ALTER SCHEMA closings_aside RENAME TO closings`,
  dropNext: 'DROP SCHEMA IF EXISTS closings_next CASCADE',
  analyzeNext: "SELECT feed.analyze_schema('closings_next')",
  differingRows: `
SELECT 'closings.' || table_name AS "table", key, old_row AS "inUse", new_row AS next, differences::text
FROM feed.differing_rows('closings', 'closings_next', $1, $2)`,
};
