// The runs of a house, for the command.
import pg from 'pg';
import type { RunKind } from '../domain/house/run.events.js';
import { type RunRow, RunsQueries } from '../scheduler/runs/runs.queries.js';

/** Runs of a kind, or of all, the latest first. */
export async function listRuns(
  database: pg.ClientConfig,
  { kind, limit }: Readonly<{ kind: RunKind | null; limit: number }>,
): Promise<readonly RunRow[]> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await new RunsQueries(client).runs(kind, { after: null, limit })).rows;
  } finally {
    await client.end();
  }
}
