// Who may do what in Metabase: a group that looks, and nobody but administrators who changes what is made from files.
import { z } from 'zod';
import type { MetabaseClient } from './client.js';
import { contains } from './contains.js';

export const READERS = 'Gavel readers';

const groups = z.array(z.object({ id: z.int(), name: z.string() }));
const graph = z.looseObject({ revision: z.int(), groups: z.record(z.string(), z.unknown()) });
const anything = z.unknown();

/** Metabase's own group of everybody who has an account. */
const EVERYBODY = 'All Users';

/**
 * Sees to the group of readers: they see the two collections and the data behind them and change neither. Everybody else but
 * administrators sees nothing of ours. Returns what was changed, a line each.
 */
export async function applyAccess(
  client: MetabaseClient,
  ours: Readonly<{ database: number; isNew: boolean; collection: number; questions: number }>,
): Promise<readonly string[]> {
  const changes: string[] = [];
  const all = await client.get('/api/permissions/group', groups);
  let readers = all.find(({ name }) => name === READERS)?.id;
  if (readers === undefined) {
    readers = (await client.post('/api/permissions/group', { name: READERS }, z.object({ id: z.int() }))).id;
    changes.push(`made the group "${READERS}"`);
  }
  const everybody = all.find(({ name }) => name === EVERYBODY)?.id;
  const collections = (access: string) => ({ [ours.collection]: access, [ours.questions]: access });
  const seen = {
    [readers]: collections('read'),
    ...(everybody === undefined ? {} : { [everybody]: collections('none') }),
  };
  if (await sawTo(client, '/api/collection/graph', seen)) changes.push('changed who sees our collections');

  const looking = { [ours.database]: { 'view-data': 'unrestricted', 'create-queries': 'no' } };
  // Whoever lets everybody ask questions of their own has done so on purpose: only a new database starts closed.
  const closed = ours.isNew && everybody !== undefined ? { [everybody]: looking } : {};
  if (await sawTo(client, '/api/permissions/graph', { [readers]: looking, ...closed }))
    changes.push('changed who asks questions of their own');
  return changes;
}

/** Brings a graph of permissions to what it should say of some groups; the rest of it is not sent, and stays. */
async function sawTo(
  client: MetabaseClient,
  path: string,
  wanted: Record<string, Record<string, string | object>>,
): Promise<boolean> {
  const now = await client.get(path, graph);
  const isThere = ([group, access]: [string, Record<string, string | object>]): boolean =>
    Object.entries(access).every(([thing, what]) => contains(told(now.groups[group], thing), what));
  if (Object.entries(wanted).every(isThere)) return false;
  const body = JSON.parse(JSON.stringify({ revision: now.revision, groups: wanted }));
  await client.put(`${path}?skip-graph=false&force=false`, body, anything);
  return true;
}

/** What a group may do with one thing. Metabase leaves out what is not allowed. */
function told(group: unknown, thing: string): unknown {
  const access = ((group ?? {}) as Readonly<Record<string, unknown>>)[thing];
  if (typeof access !== 'object' || access === null) return access ?? 'none';
  return { 'create-queries': 'no', ...access };
}
