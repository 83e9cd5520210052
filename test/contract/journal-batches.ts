// What the journal's tests append: short names for streams, events that tell which they are, and readers for the answers.
import { commandId, type UserId, userId } from '../../src/domain/ids.js';
import { auctionStream, refusalsStream, type StreamId } from '../../src/domain/messages.js';
import { instant } from '../../src/domain/time.js';
import {
  type AppendResult,
  type EventMeta,
  type Journal,
  type JournalEntry,
  type NewEvent,
  NO_STREAM,
  type Position,
  type Revision,
  type StreamAppend,
} from '../../src/journal/journal.js';

const numbered = (kind: number, n: number): string =>
  `01900000-000${kind}-7000-8000-${n.toString(16).padStart(12, '0')}`;

export const user: UserId = userId(numbered(0, 1));
export const auction = (n: number): StreamId => auctionStream(numbered(1, n) as Parameters<typeof auctionStream>[0]);
export const refusals = (n: number): StreamId => refusalsStream(numbered(1, n) as Parameters<typeof refusalsStream>[0]);
export const command = (n: number) => commandId(numbered(2, n));

export const noMeta: EventMeta = {
  commandId: null,
  actorId: null,
  fingerprint: null,
  correlationId: null,
  causationId: null,
};

/** An event that can be told from others by its number. */
export const event = (number: number, meta: Partial<EventMeta> = {}): NewEvent => ({
  event: { type: 'UserRated', rating: number, ratedAt: instant(1_000 + number) },
  occurredAt: instant(1_000 + number),
  meta: { ...noMeta, ...meta },
});

export const part = (
  streamId: StreamId,
  expected: Revision | 'any',
  events: readonly NewEvent[],
  restsOn: StreamAppend['restsOn'] = [],
): StreamAppend => ({ streamId, expected, events, restsOn });

/** Puts the first events of a stream there. */
export async function given(journal: Journal, streamId: StreamId, ...numbers: readonly number[]): Promise<void> {
  const results = await journal.append([
    part(
      streamId,
      NO_STREAM,
      numbers.map((n) => event(n)),
    ),
  ]);
  if (results[0]?.status !== 'appended') throw new Error(`${streamId} could not be prepared: ${results[0]?.status}`);
}

export const statuses = (results: readonly AppendResult[]): readonly string[] => results.map(({ status }) => status);

/** The numbers of events, as given to `event`. */
export const numbers = (entries: readonly JournalEntry[]): readonly number[] =>
  entries.map((entry) =>
    entry.kind === 'event' && entry.event.type === 'UserRated' ? entry.event.rating : Number.NaN,
  );

export const streamNumbers = async (journal: Journal, streamId: StreamId): Promise<readonly number[]> =>
  numbers(await journal.readStream(streamId, 0, 10_000));

/** The whole journal, page by page. */
export async function readEverything(journal: Journal, pageSize = 1_000): Promise<readonly JournalEntry[]> {
  const all: JournalEntry[] = [];
  let after: Position | null = null;
  for (;;) {
    const page: readonly JournalEntry[] = await journal.readAll(after, pageSize);
    if (page.length === 0) return all;
    all.push(...page);
    after = page.at(-1)?.position ?? null;
  }
}

/** An entry as a plain object, whatever its adapter makes of it: text and hash may be made only when they are asked for. */
export const plain = (entry: JournalEntry): JournalEntry => ({ ...entry, text: entry.text, hash: entry.hash });
