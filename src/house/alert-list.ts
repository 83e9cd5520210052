// The alerts of a house, for the command.
import pg from 'pg';
import { AlertsQueries } from '../notify/alerts/alerts.queries.js';

export { ALERT_KINDS, type AlertKind as AlertKindName, aboutAlert } from '../notify/alerts/alert-kinds.js';
export type { AlertRow } from '../notify/alerts/alerts.queries.js';

/** Asks, or does something about them, on a connection of its own. */
export async function alertsOn<T>(database: pg.ClientConfig, ask: (queries: AlertsQueries) => Promise<T>): Promise<T> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return await ask(new AlertsQueries(client));
  } finally {
    await client.end();
  }
}
