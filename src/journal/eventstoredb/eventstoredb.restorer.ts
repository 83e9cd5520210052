// Puts events that were recorded before into an empty EventStoreDB, as they were: streams, revisions, texts, hashes, times,
// command ids. Positions are the server's own, in the old order.
import { WrongExpectedVersionError } from '@eventstore/db-client';
import type { StreamId } from '../../domain/messages.js';
import { OperatorError } from '../../runtime/operator-error.js';
import type { Runtime } from '../../runtime/runtime.js';
import { NO_STREAM } from '../journal.js';
import type { StoredEvent } from '../stored-events.js';
import { closeClient, type EventStoreAddress, isPassing, openClient } from './eventstoredb.client.js';
import { StreamNames, storedData } from './eventstoredb.codec.js';
import { EventStoreReader } from './eventstoredb.reader.js';

/** An event without a position. */
export type PlacedEvent = Omit<StoredEvent, 'position'>;

export type EventStoreRestorer = Readonly<{
  /** True where the journal has no event yet. */
  isEmpty(): Promise<boolean>;
  /**
   * Adds events in this order. Those that are there already, from a try that broke off, stay as they are. Refuses a stream in which
   * something else stands.
   */
  add(events: readonly PlacedEvent[]): Promise<void>;
  close(): Promise<void>;
}>;

const APPEND_MAX_MS = 30_000;
const RETRY_MAX_MS = 60_000;
const RETRY_MS = 500;
/** Half of what the server takes in one append. */
const APPEND_BYTES_MAX = 500_000;
const APPEND_EVENTS_MAX = 500;

/** Connects when it is first used. Throws what `openClient` throws on an address that cannot be used. */
export function eventStoreRestorer(address: EventStoreAddress, runtime: Runtime): EventStoreRestorer {
  const client = openClient(address);
  const names = new StreamNames('');
  const settings = { silenceMaxMs: APPEND_MAX_MS, retryMaxMs: RETRY_MAX_MS };
  const reader = new EventStoreReader({ client, names, runtime, settings });

  const send = async (streamId: StreamId, events: readonly PlacedEvent[]): Promise<void> => {
    const expected = (events[0]?.revision ?? 0) - 1;
    const expectedRevision = expected === NO_STREAM ? 'no_stream' : BigInt(expected);
    const untilMs = runtime.monotonicMs() + RETRY_MAX_MS;
    // Sent again under the same ids, events are answered as the first time and not written twice.
    const data = events.map(storedData);
    for (;;) {
      try {
        await client.appendToStream(names.inStore(streamId), data, { expectedRevision, deadline: APPEND_MAX_MS });
        return;
      } catch (error) {
        if (error instanceof WrongExpectedVersionError)
          throw new OperatorError(
            `the stream ${streamId} of EventStoreDB does not stand before revision ${expected + 1} of the archive: a restore needs an empty store`,
            { cause: error },
          );
        if (!isPassing(error) || runtime.monotonicMs() > untilMs) throw error;
        await runtime.sleep(RETRY_MS);
      }
    }
  };

  return {
    isEmpty: async () => (await reader.tail(1)).length === 0,
    add: async (events) => {
      for (const run of runsOf(events)) await send(run[0].streamId, run);
    },
    close: async () => {
      reader.close();
      await closeClient(client);
    },
  };
}

type Run = readonly [PlacedEvent, ...PlacedEvent[]];

/** Neighbours of one stream go together, as far as one append takes them. */
function* runsOf(events: readonly PlacedEvent[]): Generator<Run> {
  let run: PlacedEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const size = Buffer.byteLength(event.text);
    const [first] = run;
    const fits = run.length < APPEND_EVENTS_MAX && bytes + size <= APPEND_BYTES_MAX;
    if (first !== undefined && (first.streamId !== event.streamId || !fits)) {
      yield [first, ...run.slice(1)];
      [run, bytes] = [[], 0];
    }
    run.push(event);
    bytes += size;
  }
  const [first] = run;
  if (first !== undefined) yield [first, ...run.slice(1)];
}
