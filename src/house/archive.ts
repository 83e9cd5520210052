// Archiving on demand, for the command and for the nightly run.
import { availableParallelism } from 'node:os';
import pg from 'pg';
import type { Position } from '../journal/journal.js';
import type { ObjectStore } from '../lake/object-store.js';
import { openStore } from '../lake/open-store.js';
import { EVENTS_CHAIN } from '../projections/bronze/manifest.js';
import type { EventsCut } from '../projections/bronze/parts.js';
import { lastPart } from '../projections/bronze/parts.js';
import { silentLog } from '../runtime/log.js';
import { type BronzeParts, eventsArchiverOf, MEMORY_LIMIT, scratchOf, witnessesOf } from './bronze.js';
import { ingressArchivers } from './ingress-archive.js';

/** What was archived now; `upTo` is where Bronze then ends, null without any events. Parts are those of events. */
export type ArchiveResult = Readonly<{
  events: number;
  parts: number;
  upTo: string | null;
  /** Raw messages; 0 where there is no Kafka. */
  messages: number;
  store: string;
}>;

/**
 * Archives every event that the journal has when this begins, full or not, beside a running house or without one.
 * `progress` is told how many of how many are done; the total is 0 where positions do not tell it.
 */
export async function archiveToHead(
  parts: BronzeParts,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<ArchiveResult> {
  const { journal, config, postgres, runtime } = parts;
  const store = await openStore(config.lake, runtime);
  const client = new pg.Client(postgres);
  await client.connect();
  try {
    const archiver = eventsArchiverOf(parts, store, parts.threads ?? availableParallelism());
    const witnesses = await witnessesOf(config);
    const head = await journal.head();
    const total = await outstanding(parts, client, head);
    const result = { events: 0, parts: 0 };
    const messages = await archiveMessages(parts, store, client);
    for (;;) {
      const newest = await lastPart<EventsCut>(client, EVENTS_CHAIN);
      const upTo = newest?.cut.last ?? null;
      const there = upTo === null ? null : journal.parsePosition(upTo);
      if ((newest === null || newest.finished !== null) && journal.comparePositions(there, head) >= 0)
        return { ...result, upTo, messages, store: store.url };
      const part = await archiver.next(client, { rowsMax: config.bronze.partRows, rowsMin: 1 });
      if (part === null) throw new Error(`the journal's head went back: it was at ${head} a moment ago`);
      result.events += part.rows;
      result.parts += 1;
      progress(result.events, total);
      await witnesses.add(part.head, runtime.now());
    }
  } finally {
    await client.end();
    store.close();
  }
}

/** Archives the messages that each inbound topic has now; tells how many. */
async function archiveMessages(
  { config, runtime }: BronzeParts,
  store: ObjectStore,
  client: pg.Client,
): Promise<number> {
  const duck = { threads: availableParallelism(), memoryLimit: MEMORY_LIMIT };
  const directory = scratchOf(config);
  let messages = 0;
  for (const { archiver } of await ingressArchivers({ config, store, runtime, log: silentLog, directory, duck })) {
    const wanted = { rowsMax: config.bronze.partRows, rowsMin: 1 };
    for (let part = await archiver.next(client, wanted); part !== null; part = await archiver.next(client, wanted))
      messages += part.rows;
    await archiver.expire(client);
  }
  return messages;
}

/** How many events there are to archive, where positions tell; 0 elsewhere. */
async function outstanding({ journal }: BronzeParts, client: pg.Client, head: Position | null): Promise<number> {
  if (head === null) return 0;
  const newest = await lastPart<EventsCut>(client, EVENTS_CHAIN);
  const from = newest === null ? null : newest.finished === null ? newest.cut.after : newest.cut.last;
  return Number(journal.eventsBetween(from === null ? null : journal.parsePosition(from), head) ?? 0n);
}
