// The erasure list, applied: after a restore of the database or of the keys, whoever was erased since the backup is erased
// again. Done at each start of a house, and by `gavel erasures apply`.
import type { UserId } from '../domain/ids.js';
import { userStream } from '../domain/messages.js';
import { NO_TIES } from '../domain/user/user.commands.js';
import type { UserEvent } from '../domain/user/user.events.js';
import { decide, evolve, type User, unregistered } from '../domain/user/user.js';
import { type Journal, NO_STREAM, StreamCorrupt } from '../journal/journal.js';
import type { ErasureList } from '../personal-data/erasure-list.js';
import type { KeyStore } from '../personal-data/key-store.js';
import type { Runtime } from '../runtime/runtime.js';

export type ErasureParts = Readonly<{ journal: Journal; keys: KeyStore; list: ErasureList; runtime: Runtime }>;

/** How many people are on the list; of how many a key had come back, and how many accounts the journal did not call erased. */
export type AppliedErasures = Readonly<{ listed: number; keysDeleted: number; recorded: number }>;

const PAGE_EVENTS = 1_000;
const TRIES_MAX = 5;

/** Erases everybody on the list once more. Whoever is erased already is left as is. */
export async function applyErasures({ journal, keys, list, runtime }: ErasureParts): Promise<AppliedErasures> {
  const listed = await list.all();
  let [keysDeleted, recorded] = [0, 0];
  for (const userId of listed) {
    if (await keys.erase(userId)) keysDeleted += 1;
    if (await recordErasure(journal, userId, runtime)) recorded += 1;
  }
  return { listed: listed.length, keysDeleted, recorded };
}

/** Records that a person is erased, where the journal does not say so. True if it did not. */
async function recordErasure(journal: Journal, userId: UserId, runtime: Runtime): Promise<boolean> {
  const streamId = userStream(userId);
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    const { user, revision } = await fold(journal, userId);
    const at = runtime.now();
    const command = { type: 'EraseUser', userId, ties: NO_TIES } as const;
    const decision = decide(command, user, { at, actor: { kind: 'house' }, user: { status: 'unknown' } });
    if (!decision.accepted) return false;
    const meta = { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null };
    const events = decision.events.map((event) => ({ event, occurredAt: at, meta }));
    const [result] = await journal.append([{ streamId, expected: revision, events, restsOn: [] }]);
    if (result?.status === 'appended') return true;
    if (result?.status === 'unknown') throw result.cause;
  }
  throw new Error(`${streamId} changed ${TRIES_MAX} times while it was to be erased`);
}

async function fold(journal: Journal, userId: UserId): Promise<Readonly<{ user: User; revision: number }>> {
  let user = unregistered;
  let revision = NO_STREAM;
  for (;;) {
    const page = await journal.readStream(userStream(userId), revision + 1, PAGE_EVENTS);
    for (const entry of page) {
      if (entry.kind !== 'event') throw new StreamCorrupt(entry.streamId, entry.revision, entry.problem);
      user = evolve(user, entry.event as UserEvent);
      revision = entry.revision;
    }
    if (page.length < PAGE_EVENTS) return { user, revision };
  }
}
