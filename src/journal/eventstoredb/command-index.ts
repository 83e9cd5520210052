// Which events a command led to, for a store that cannot be asked. Kept beside it by a consumer of the journal
// (commands.projection.ts), so it knows nothing yet of the newest events: it says up to where it is complete.
import type { CommandId } from '../../domain/ids.js';
import type { StreamId } from '../../domain/messages.js';
import type { Revision } from '../journal.js';

export type IndexedCommands = Readonly<{
  /** Everything recorded up to here is in the index; null when nothing is for certain. As the journal prints positions. */
  upTo: string | null;
  events: readonly Readonly<{ streamId: StreamId; revision: Revision }>[];
}>;

export interface CommandIndex {
  find(commandIds: readonly CommandId[]): Promise<IndexedCommands>;
}

/** Knows nothing: the whole journal is looked through. */
export const noCommandIndex: CommandIndex = { find: async () => ({ upTo: null, events: [] }) };
