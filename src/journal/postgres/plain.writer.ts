// The plain writer: the reference for what an append writes. One transaction in plain statements, nothing remembered from
// one to the next. GAVEL_JOURNAL_WRITER=plain runs a house with it.
import type { StreamId } from '../../domain/messages.js';
import type { Instant } from '../../domain/time.js';
import { conflictingParts } from '../append-check.js';
import { encodeEvent } from '../event-codec.js';
import { type AppendResult, NO_STREAM, type Position, type RecordedEvent, type Revision } from '../journal.js';
import { asError } from '../journal-fault.js';
import { hashOf } from '../stored-events.js';
import type { Attempt, JournalWriter, PendingAppend, Transaction } from './journal-writer.js';
import { type FoundStream, PostgresAppendSession } from './postgres.append-session.js';
import { type ConnectionParts, isAboutData } from './postgres.connection.js';
import { INSERT_EVENTS } from './postgres.sql.js';

export type PlainWriterParts = ConnectionParts &
  Readonly<{
    /** The next connection may lead to another server, which may lack what the old one had confirmed. */
    disconnected: () => void;
  }>;

export class PlainWriter implements JournalWriter {
  private session: PostgresAppendSession | null = null;

  constructor(private readonly parts: PlainWriterParts) {}

  async write(appends: readonly PendingAppend[]): Promise<Attempt> {
    let committing: Transaction | null = null;
    try {
      const session = await this.connected();
      // 1. Take the append lock. From here on nobody else gives out positions.
      const after = await session.begin();
      // 2. Look where the streams stand.
      const streams = await session.probe(streamsOf(appends));
      // 3. Find out which parts may be written, and give their events revisions and positions.
      const transaction = planOf(appends, { streams, after, recordedAt: this.parts.runtime.now() });
      // 4. Write the events, and tell everybody who listens.
      if (transaction.recorded.length > 0) {
        await insert(session, streams, transaction.recorded);
        await session.announce(transaction.last);
      }
      // 5. Commit. From the moment this is sent until it is answered, nobody knows.
      committing = transaction;
      await session.commit();
      return { status: 'committed', transaction };
    } catch (error) {
      const cause = asError(error);
      const isRefused = committing === null && isAboutData(error);
      this.disconnect();
      if (committing !== null) return { status: 'unknown', transaction: committing, cause };
      return { status: isRefused ? 'refused' : 'failed', cause };
    }
  }

  encode(): void {
    // Its transactions are parted into statements by what the server says: nothing of them can be made ready.
  }

  /** The plain writer never sends without a look. */
  send(): null {
    return null;
  }

  settle(): never {
    throw new Error('the plain writer has nothing in flight');
  }

  async close(): Promise<void> {
    await this.session?.end();
    this.session = null;
  }

  private async connected(): Promise<PostgresAppendSession> {
    if (this.session?.isUsable() === true) return this.session;
    this.session = await PostgresAppendSession.open(this.parts);
    return this.session;
  }

  /** Undoes whatever the transaction has done. */
  private disconnect(): void {
    this.session?.cut();
    this.session = null;
    this.parts.disconnected();
  }
}

function streamsOf(appends: readonly PendingAppend[]): readonly StreamId[] {
  const streams = new Set<StreamId>();
  for (const { parts } of appends)
    for (const { streamId, restsOn } of parts) {
      streams.add(streamId);
      for (const other of restsOn) streams.add(other.streamId);
    }
  return [...streams];
}

type Start = Readonly<{ streams: ReadonlyMap<StreamId, FoundStream>; after: bigint; recordedAt: Instant }>;

/** Judges the appends one after another, as if each had a transaction of its own. */
function planOf(appends: readonly PendingAppend[], { streams, after, recordedAt }: Start): Transaction {
  const revisions = new Map<StreamId, Revision>();
  const revisionOf = (id: StreamId): Revision => revisions.get(id) ?? streams.get(id)?.revision ?? NO_STREAM;
  const recorded: RecordedEvent[] = [];
  const results = appends.map(({ parts }) => {
    const conflicts = conflictingParts(parts, revisionOf);
    return parts.map((part): AppendResult => {
      if (conflicts.has(part)) return { status: 'conflict' };
      const first = recorded.length;
      for (const { event, occurredAt, meta } of part.events) {
        const { eventType, schemaVersion, text } = encodeEvent(event);
        const revision = revisionOf(part.streamId) + 1;
        revisions.set(part.streamId, revision);
        const position = (after + BigInt(recorded.length + 1)) as Position;
        const stored = {
          position,
          streamId: part.streamId,
          revision,
          eventType,
          schemaVersion,
          occurredAt,
          recordedAt,
        };
        recorded.push({ kind: 'event', ...stored, meta, text, hash: hashOf(text), event });
      }
      return { status: 'appended', revision: revisionOf(part.streamId), recorded: recorded.slice(first) };
    });
  });
  const characters = recorded.reduce((sum, { text }) => sum + text.length, 0);
  return { recorded, characters, last: after + BigInt(recorded.length), results };
}

async function insert(
  session: PostgresAppendSession,
  known: ReadonlyMap<StreamId, FoundStream>,
  events: readonly RecordedEvent[],
): Promise<void> {
  const written = new Set(events.map(({ streamId }) => streamId));
  const created = await session.createStreams([...written].filter((id) => !known.has(id)));
  const keyOf = (id: StreamId): number | undefined => (known.get(id) ?? created.get(id))?.key;
  const values = [
    events.map(({ position }) => position),
    events.map(({ streamId }) => keyOf(streamId)),
    events.map(({ revision }) => revision),
    events.map(({ recordedAt }) => recordedAt),
    events.map(({ occurredAt }) => occurredAt),
    events.map(({ schemaVersion }) => schemaVersion),
    events.map(({ eventType }) => eventType),
    events.map(({ meta }) => meta.commandId),
    events.map(({ meta }) => meta.actorId),
    events.map(({ hash }) => Buffer.from(hash, 'hex')),
    events.map(({ meta }) => meta.fingerprint),
    events.map(({ meta }) => meta.correlationId),
    events.map(({ meta }) => meta.causationId),
    events.map(({ text }) => text),
  ];
  await session.run('events to be written', (client) => client.query({ ...INSERT_EVENTS, values }));
}
