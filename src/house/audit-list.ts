// The audit log of a house, for the command.
import pg from 'pg';
import { type AuditEntry, type AuditFilter, AuditQueries } from '../projections/silver/audit.queries.js';

/** Acts that the filter lets through, the latest first, at most `limit`. */
export async function listAudit(
  database: pg.ClientConfig,
  filter: AuditFilter,
  limit: number,
): Promise<readonly AuditEntry[]> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await new AuditQueries(client).entries(filter, { after: null, limit })).rows;
  } finally {
    await client.end();
  }
}
