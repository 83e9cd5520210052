// Which events each command led to, for journals that cannot be asked (docs/adr/0024-eventstoredb-journal.md).
import type { ClientBase } from 'pg';
import type { Projection, Write } from '../../feed/projection.js';
import type { RecordedEvent } from '../journal.js';

/** The projection into `journal.command_index`. The consumer's name is what the index looks its checkpoint up by. */
export const commandsProjection = (name = 'commands'): Projection => ({
  name,
  searchPath: ['journal'],
  findRows: 'SELECT EXISTS (SELECT FROM command_index) AS found',
  prepare,
});

const ADD = `
INSERT INTO command_index (command_id, stream_id, revision)
SELECT command_id, stream_id, revision FROM unnest($1::uuid[], $2::text[], $3::bigint[]) AS c(command_id, stream_id, revision)
ON CONFLICT DO NOTHING`;

function prepare(events: readonly RecordedEvent[]): Write | null {
  const commandIds: string[] = [];
  const streamIds: string[] = [];
  const revisions: string[] = [];
  for (const { meta, streamId, revision } of events) {
    if (meta.commandId === null) continue;
    commandIds.push(meta.commandId);
    streamIds.push(streamId);
    revisions.push(String(revision));
  }
  if (commandIds.length === 0) return null;
  return async (client: ClientBase) => {
    await client.query(ADD, [commandIds, streamIds, revisions]);
  };
}
