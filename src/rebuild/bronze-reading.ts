// The journal as the archive has it: what Bronze holds is read from there, part by part, each checked before it is read, and
// what came after it from the journal itself. For whoever reads it whole, from the beginning to the end.
import type { CommandId } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';
import type { Journal, JournalEntry, Position } from '../journal/journal.js';
import { entryOf } from '../journal/stored-events.js';
import { type DuckSettings, withDuck } from '../lake/duck.js';
import type { ObjectStore } from '../lake/object-store.js';
import { eventParts } from '../projections/bronze/bronze.queries.js';
import { BronzeBroken, type EventsManifest, FIRST_DIGEST } from '../projections/bronze/manifest.js';
import { openOriginal } from '../projections/bronze/originals.js';
import { OperatorError } from '../runtime/operator-error.js';

export type BronzeReading = Readonly<{
  store: ObjectStore;
  journal: Journal;
  scratch: string;
  duck: DuckSettings;
}>;

type Duck = Parameters<Parameters<typeof withDuck>[1]>[0];
type Row = Readonly<Record<string, unknown>>;

/**
 * Runs `work` with such a journal. Throws `BronzeBroken` where the archive contradicts itself, after the signal that `work` gets has
 * aborted: readers that try again would else do so for ever.
 */
export async function withBronzeReading<T>(
  { store, journal, scratch, duck: settings }: BronzeReading,
  work: (journal: Journal, broken: AbortSignal) => Promise<T>,
): Promise<T> {
  const chain: EventsManifest[] = [];
  for await (const manifest of eventParts(store)) chain.push(manifest);
  if (chain.length === 0) throw new OperatorError(`there is nothing in Bronze at ${store.url}`);
  return withDuck(settings, async (duck) => {
    const broken = new AbortController();
    const reader = new PartReader({ store, scratch, duck, chain, journal });
    const readAll = (after: Position | null, limit: number) =>
      reader.page(after, limit).catch((error: unknown) => {
        if (error instanceof BronzeBroken) broken.abort(error);
        throw error;
      });
    try {
      return await work(withReadAll(journal, readAll), broken.signal);
    } catch (error) {
      throw broken.signal.aborted ? broken.signal.reason : error;
    }
  });
}

/** The same journal but for one method. */
function withReadAll(journal: Journal, readAll: Journal['readAll']): Journal {
  return {
    append: (batch) => journal.append(batch),
    readStream: (streamId, from, limit) => journal.readStream(streamId, from, limit),
    lastRevision: (streamId) => journal.lastRevision(streamId),
    readAll,
    head: () => journal.head(),
    unwritable: () => journal.unwritable(),
    readTail: (limit) => journal.readTail(limit),
    readCommands: (ids: readonly CommandId[]) => journal.readCommands(ids),
    subscribe: (wake) => journal.subscribe(wake),
    comparePositions: (a, b) => journal.comparePositions(a, b),
    eventsBetween: (after, upTo) => journal.eventsBetween(after, upTo),
    printPosition: (position) => journal.printPosition(position),
    parsePosition: (text) => journal.parsePosition(text),
    close: async () => undefined,
  };
}

type PartReaderParts = Omit<BronzeReading, 'duck'> & Readonly<{ duck: Duck; chain: readonly EventsManifest[] }>;

/** Has one part open at a time; questions wait for each other. */
class PartReader {
  private openIndex = -1;
  private last: Promise<unknown> = Promise.resolve();

  constructor(private readonly parts: PartReaderParts) {}

  page(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    const next = this.last.then(() => this.read(after, limit));
    this.last = next.catch(() => undefined);
    return next;
  }

  private async read(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    const { chain, journal, duck } = this.parts;
    const isBehind = ({ last }: EventsManifest): boolean =>
      journal.comparePositions(journal.parsePosition(last), after) > 0;
    const index = chain.findIndex(isBehind);
    if (index < 0) return journal.readAll(after, limit);
    await this.open(index);
    const from = after === null ? '-1' : journal.printPosition(after);
    const found = await duck.runAndReadAll(
      `SELECT * FROM part WHERE position > ${from} ORDER BY position LIMIT ${limit}`,
    );
    return found.getRowObjects().map((row) => this.entry(row));
  }

  private async open(index: number): Promise<void> {
    if (index === this.openIndex) return;
    const { chain, store, scratch, duck } = this.parts;
    const manifest = chain[index];
    if (manifest === undefined) throw new RangeError(`there is no part ${index + 1}`);
    this.openIndex = -1;
    await openOriginal({ store, duck, scratch, digestBefore: chain[index - 1]?.digest ?? FIRST_DIGEST }, manifest);
    this.openIndex = index;
  }

  private entry(row: Row): JournalEntry {
    const text = (name: string): string => String(row[name]);
    const optional = (name: string): string | null => (row[name] === null ? null : text(name));
    return entryOf({
      position: this.parts.journal.parsePosition(text('position')),
      streamId: text('stream_id') as JournalEntry['streamId'],
      revision: Number(row['revision']),
      eventType: text('event_type'),
      schemaVersion: Number(row['schema_version']),
      occurredAt: Number(row['occurred_at']) as Instant,
      recordedAt: Number(row['recorded_at']) as Instant,
      meta: {
        commandId: optional('command_id') as JournalEntry['meta']['commandId'],
        actorId: optional('actor_id') as JournalEntry['meta']['actorId'],
        fingerprint: optional('fingerprint'),
        correlationId: optional('correlation_id'),
        causationId: optional('causation_id'),
      },
      text: text('payload'),
      hash: text('hash'),
    });
  }
}
