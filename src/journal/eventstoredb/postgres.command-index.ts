// The index of commands in PostgreSQL, for a journal that is elsewhere.
import type pg from 'pg';
import type { CommandId } from '../../domain/ids.js';
import type { StreamId } from '../../domain/messages.js';
import type { CommandIndex, IndexedCommands } from './command-index.js';

/** The consumer that fills the index (commands.projection.ts). */
export const COMMANDS_CONSUMER = 'commands';

// One statement is one snapshot: what the checkpoint says is there, is there. A slice that has not begun knows nothing.
const FIND = {
  name: 'journal-find-commands',
  text: `SELECT (SELECT CASE WHEN count(*) = count(position) THEN min(position)::text END
                   FROM feed.checkpoints WHERE consumer = $2) AS up_to,
                i.stream_id, i.revision
           FROM (VALUES (1)) AS always
           LEFT JOIN journal.command_index i ON i.command_id = ANY ($1::uuid[])`,
};

type Row = Readonly<{ up_to: string | null; stream_id: StreamId | null; revision: string | null }>;

export class PostgresCommandIndex implements CommandIndex {
  /** The pool is its maker's to end. */
  constructor(private readonly pool: Pick<pg.Pool, 'query'>) {}

  async find(commandIds: readonly CommandId[]): Promise<IndexedCommands> {
    const { rows } = await this.pool.query<Row>({ ...FIND, values: [commandIds, COMMANDS_CONSUMER] });
    const events = rows.flatMap(({ stream_id: streamId, revision }) =>
      streamId === null || revision === null ? [] : [{ streamId, revision: Number(revision) }],
    );
    return { upTo: rows[0]?.up_to ?? null, events };
  }
}
