// What the double of EventStoreDB keeps, and the rules it takes an append by. Written from the server's documentation
// and published source (the rules of optimistic concurrency and idempotence, the order of $all), as facts of its protocol.

export type ProposedEvent = Readonly<{
  id: string;
  type: string;
  contentType: string;
  data: Uint8Array;
  metadata: Uint8Array;
}>;

export type LoggedEvent = ProposedEvent &
  Readonly<{
    stream: string;
    revision: number;
    /** Where its record begins in the log; and where the append that brought it began. */
    position: bigint;
    transactionPosition: bigint;
    createdMs: number;
  }>;

export type Expected = number | 'any' | 'no stream' | 'stream exists';

export type Written =
  | Readonly<{ status: 'success'; revision: number; position: bigint }>
  | Readonly<{ status: 'wrong expected version'; current: number }>
  | Readonly<{ status: 'too large' }>;

/** The server's default, in bytes (MaxAppendSize). */
export const APPEND_BYTES_MAX = 1_048_576;
/** What a record takes in the log beside its event; any number that is not 1 will do. */
const RECORD_BYTES = 97;
/** One append in so many is followed by a record of the system's own. */
const SYSTEM_EVENT_EVERY = 3;
const SYSTEM_STREAM = '$stats-127.0.0.1:2113';

export class EventLog {
  readonly events: LoggedEvent[] = [];
  private readonly streams = new Map<string, LoggedEvent[]>();
  private readonly listeners = new Set<() => void>();
  private end = 0n;
  private appends = 0;

  constructor() {
    // A new server is not an empty one.
    this.record('$settings', [systemEvent('$settings')]);
    this.record('$users', [systemEvent('$User')]);
  }

  stream(name: string): readonly LoggedEvent[] | undefined {
    return this.streams.get(name);
  }

  append(stream: string, expected: Expected, events: readonly ProposedEvent[]): Written {
    const bytes = events.reduce(
      (sum, { data, metadata, type }) => sum + data.length + metadata.length + type.length,
      0,
    );
    if (bytes > APPEND_BYTES_MAX) return { status: 'too large' };
    const held = this.streams.get(stream) ?? [];
    const current = held.length - 1;
    const wrong: Written = { status: 'wrong expected version', current };
    if (expected === 'any' || expected === 'stream exists') {
      if (expected === 'stream exists' && current < 0) return wrong;
      return this.appendAnywhere(stream, held, events) ?? wrong;
    }
    const at = expected === 'no stream' ? -1 : expected;
    if (at > current) return wrong;
    if (at < current) {
      // All of them are there already, from the expected place on: the answer is that of the first time.
      const first = at + 1;
      const isRepeat = events.length > 0 && events.every(({ id }, i) => held[first + i]?.id === id);
      return isRepeat ? repeated(held[at + events.length]) : wrong;
    }
    return this.write(stream, events);
  }

  /** Spoils what is stored, as a failing disk might. */
  damage(stream: string, revision: number): void {
    const held = this.streams.get(stream);
    const event = held?.[revision];
    if (held === undefined || event === undefined) throw new RangeError(`${stream} has no revision ${revision}`);
    const damaged = { ...event, data: Buffer.from(Buffer.from(event.data).toString().replaceAll('2', '7')) };
    held[revision] = damaged;
    this.events[this.events.indexOf(event)] = damaged;
  }

  /** Calls `listen` after everything that is recorded. */
  onRecord(listen: () => void): () => void {
    this.listeners.add(listen);
    return () => this.listeners.delete(listen);
  }

  private appendAnywhere(
    stream: string,
    held: readonly LoggedEvent[],
    events: readonly ProposedEvent[],
  ): Written | null {
    const known = events.map(({ id }) => held.find((event) => event.id === id));
    if (known.length > 0 && known.every((event) => event !== undefined)) return repeated(known.at(-1));
    // Some of them known and some not is a corrupt repeat; the server looks at the first to tell.
    if (known[0] !== undefined) return null;
    return this.write(stream, events);
  }

  private write(stream: string, events: readonly ProposedEvent[]): Written {
    const written = this.record(stream, events);
    this.appends += 1;
    if (this.appends % SYSTEM_EVENT_EVERY === 0) this.record(SYSTEM_STREAM, [systemEvent('$statsCollected')]);
    for (const listen of this.listeners) listen();
    return written;
  }

  private record(stream: string, events: readonly ProposedEvent[]): Written {
    const held = this.streams.get(stream) ?? [];
    this.streams.set(stream, held);
    const transactionPosition = this.end;
    let position = this.end;
    for (const event of events) {
      position = this.end;
      const logged = { ...event, stream, revision: held.length, position, transactionPosition, createdMs: Date.now() };
      held.push(logged);
      this.events.push(logged);
      this.end += BigInt(RECORD_BYTES + event.data.length + event.metadata.length + stream.length);
    }
    return { status: 'success', revision: held.length - 1, position };
  }
}

const repeated = (last: LoggedEvent | undefined): Written =>
  last === undefined
    ? { status: 'wrong expected version', current: -1 }
    : { status: 'success', revision: last.revision, position: last.position };

const systemEvent = (type: string): ProposedEvent => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from('{}'),
  metadata: new Uint8Array(),
});
