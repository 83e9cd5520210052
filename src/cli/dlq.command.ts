// `gavel dlq`: the streams that a consumer has parked, and the messages of Kafka that could not become commands. List them,
// look at what waits in one, take it up again once the cause is mended.
import type { Command } from 'commander';
import pg from 'pg';
import { isoTime } from '../domain/time.js';
import {
  listParked,
  type ParkedStream,
  type ReplayResult,
  replayParked,
  waitingEvents,
} from '../feed/parked-streams.js';
import type { Projection } from '../feed/projection.js';
import { openSession } from '../feed/session.js';
import { type DeadLetters, isPlace, letterLines, plainLetter } from '../house/dead-letters.js';
import { beginOperation, byOwnCommand } from '../house/operations.js';
import type { Stores, WithStores } from '../house/stores.js';
import type { JournalEntry } from '../journal/journal.js';
import { type DeadLetter, placeName } from '../kafka/client/dead-letters.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';

export type DlqParts = Readonly<{
  withStores: WithStores;
  /** Every projection that a consumer of this house runs. */
  projections: readonly Projection[];
  runtime: Runtime;
  /** The dead letters of Kafka; null where the house has no brokers. */
  deadLetters: () => DeadLetters | null;
  print: (line: string) => void;
  /** Makes the command end with exit code 1 although it ran to its end. */
  fail: () => void;
}>;

type Options = Readonly<{
  consumer?: string;
  json?: boolean;
  secrets?: boolean;
  limit?: string;
  all?: boolean;
  allMessages?: boolean;
}>;

const SHOWN_DEFAULT = 20;

/** Streams are named by ids, which may come in upper case; topics are what they are. */
const namedStream = (text: string): string => (isPlace(text) ? text : text.toLowerCase());

/** Adds `gavel dlq list`, `gavel dlq show STREAM` and `gavel dlq replay STREAM | --all`. */
export function registerDlq(program: Command, parts: DlqParts): void {
  const dlq = program
    .command('dlq')
    .description(
      'streams that a consumer has parked because an event cannot be applied, and messages that are no commands',
    );
  dlq
    .command('list')
    .description(
      'the parked streams, the longest parked first, and the messages of Kafka that could not become commands',
    )
    .option('--consumer <name>', 'of this consumer only')
    .option('--json', 'one JSON object a line')
    .action((options: Options) => list(parts, options));
  dlq
    .command('show')
    .description('what waits in a parked stream, the event that cannot be applied first')
    .argument(
      '<stream>',
      'as auction-01900001-0000-7000-8000-000000000001, or a message as auction.bids/3/1234',
      namedStream,
    )
    .option('--consumer <name>', 'as parked by this consumer')
    .option('--limit <n>', 'at most so many events', `${SHOWN_DEFAULT}`)
    .option('--secrets', 'show amounts and personal data too')
    .option('--json', 'one JSON object a line')
    .action((stream: string, options: Options) => show(parts, stream, options));
  dlq
    .command('replay')
    .description('apply what waits in a parked stream and free it, or change nothing and say why')
    .argument(
      '[stream]',
      'as auction-01900001-0000-7000-8000-000000000001, or a message as auction.bids/3/1234',
      namedStream,
    )
    .option('--all', 'every parked stream')
    .option('--all-messages', 'every message that could not become a command')
    .option('--consumer <name>', 'as parked by this consumer')
    .option('--json', 'one JSON object a line')
    .action((stream: string | undefined, options: Options) => replay(parts, stream, options));
}

async function list({ withStores, deadLetters, print }: DlqParts, options: Options): Promise<void> {
  await withStores(async ({ database }) => {
    const parked = await parkedStreams(database, options, null);
    if (options.json === true) for (const stream of parked) print(JSON.stringify(plainStream(stream)));
    else if (parked.length === 0) print('no stream is parked');
    else for (const stream of parked) for (const line of linesOf(stream)) print(line);
  });
  // A consumer's name asks for its streams alone.
  const letters = options.consumer === undefined ? await deadLetters()?.list() : undefined;
  if (letters === undefined) return;
  if (options.json !== true && letters.length === 0) print('no message of Kafka is set aside');
  printLetters(letters, options, print);
}

function printLetters(letters: readonly DeadLetter[], options: Options, print: (line: string) => void): void {
  for (const letter of letters)
    if (options.json === true || options.secrets === true)
      print(JSON.stringify(plainLetter(letter, options.secrets === true)));
    else for (const line of letterLines(letter)) print(line);
}

async function lettersAt({ deadLetters }: DlqParts, place?: string): Promise<readonly DeadLetter[]> {
  const all = deadLetters();
  if (all === null) throw new OperatorError('GAVEL_KAFKA_BROKERS names no brokers, so there are no messages of Kafka');
  const letters = await all.list(place);
  if (place !== undefined && letters.length === 0) throw new OperatorError(`no message is set aside from ${place}`);
  return letters;
}

async function replayLetters(parts: DlqParts, place: string | undefined, options: Options): Promise<void> {
  const letters = await lettersAt(parts, place);
  if (letters.length > 0)
    await parts.withStores(async ({ journal }) => {
      const begin = beginOperation(journal, parts.runtime);
      for (const letter of letters)
        await begin(byOwnCommand({ operation: 'MessageReplayed', target: placeName(letter) }));
    });
  await parts.deadLetters()?.replay(letters);
  for (const letter of letters)
    parts.print(
      options.json === true
        ? JSON.stringify({ ...plainLetter(letter, false), status: 'replayed' })
        : `${placeName(letter)} was sent to ${letter.topic} again; it is judged with its first arrival`,
    );
  if (letters.length === 0 && options.json !== true) parts.print('no message of Kafka is set aside');
}

async function show(parts: DlqParts, streamId: string, options: Options): Promise<void> {
  if (isPlace(streamId)) return printLetters(await lettersAt(parts, streamId), options, parts.print);
  const { withStores, print } = parts;
  const limit = limitOf(options.limit);
  return withStores(async ({ database, journal }) => {
    const parked = await parkedStreams(database, options, streamId);
    if (parked.length === 0) throw notParked(streamId, options);
    for (const stream of parked) {
      const waiting = await waitingEvents(journal, stream, limit);
      if (options.json === true)
        for (const entry of waiting)
          print(JSON.stringify({ consumer: stream.consumer, ...plainEntry(entry, options) }));
      else {
        for (const line of linesOf(stream)) print(line);
        for (const entry of waiting) print(`  r${entry.revision}  ${entry.eventType}  ${textOf(entry, options)}`);
        const hidden = stream.waiting - waiting.length;
        if (hidden > 0) print(`  and ${hidden} more; --limit shows them`);
      }
    }
  });
}

function replay(parts: DlqParts, streamId: string | undefined, options: Options): Promise<void> {
  if (options.allMessages === true && streamId === undefined && options.all !== true)
    return replayLetters(parts, undefined, options);
  if (streamId !== undefined && isPlace(streamId) && options.all !== true)
    return replayLetters(parts, streamId, options);
  if ((streamId === undefined) === (options.all !== true))
    throw new OperatorError('name the stream to replay, or say --all, but not both');
  return parts.withStores(async (stores) => {
    const parked = await parkedStreams(stores.database, options, streamId ?? null);
    if (parked.length === 0 && streamId !== undefined) throw notParked(streamId, options);
    if (parked.length === 0 && options.json !== true) parts.print('no stream is parked');
    for (const stream of parked) {
      const result = await replayOne(parts, stores, stream);
      if (result.status !== 'replayed') parts.fail();
      const { consumer } = stream;
      if (options.json === true) parts.print(JSON.stringify({ consumer, streamId: stream.streamId, ...result }));
      else parts.print(`${consumer}  ${stream.streamId}  ${sentenceOf(result)}`);
    }
  });
}

async function replayOne(
  { projections, runtime }: DlqParts,
  stores: Stores,
  stream: ParkedStream,
): Promise<ReplayResult> {
  const { consumer, streamId } = stream;
  const projection = projections.find(({ name }) => name === consumer);
  if (projection === undefined)
    throw new OperatorError(
      `${streamId} is parked by the consumer ${consumer}, which this version of Gavel does not have`,
    );
  const act = byOwnCommand({ operation: 'StreamReplayed', target: streamId, detail: `for ${consumer}` });
  await beginOperation(stores.journal, runtime)(act);
  const client = await openSession(stores.database, projection);
  try {
    return await replayParked(client, { journal: stores.journal, projection, streamId, now: runtime.now() });
  } finally {
    await client.end();
  }
}

async function parkedStreams(
  database: pg.ClientConfig,
  { consumer }: Options,
  streamId: string | null,
): Promise<readonly ParkedStream[]> {
  const client = new pg.Client({ ...database, application_name: 'gavel dlq' });
  await client.connect();
  try {
    return await listParked(client, consumer ?? null, streamId);
  } finally {
    await client.end();
  }
}

const sentenceOf = (result: ReplayResult): string => {
  switch (result.status) {
    case 'replayed':
      return `${events(result.events)} applied: the stream is free again`;
    case 'not parked':
      return 'is not parked any more: somebody else was faster';
    case 'still poisoned':
      return `stays parked: revision ${result.revision} still cannot be applied: ${result.reason}`;
  }
};

const linesOf = (stream: ParkedStream): readonly string[] => [
  `${stream.consumer}  ${stream.streamId}  at r${stream.revision} (${stream.eventType}), ${events(stream.waiting)} waiting since ${isoTime(stream.parkedAt)}`,
  `  ${stream.reason}`,
];

const events = (count: number): string => (count === 1 ? '1 event' : `${count} events`);

const plainStream = (stream: ParkedStream) => ({ ...stream, parkedAt: isoTime(stream.parkedAt) });

const plainEntry = (entry: JournalEntry, options: Options) => ({
  streamId: entry.streamId,
  revision: entry.revision,
  position: `${entry.position}`,
  eventType: entry.eventType,
  schemaVersion: entry.schemaVersion,
  recordedAt: isoTime(entry.recordedAt),
  problem: entry.kind === 'unreadable' ? entry.problem : null,
  text: textOf(entry, options),
});

/** Keys of stored events whose values are secrets or personal data. */
const SECRET_KEYS: ReadonlySet<string> = new Set(['maximum', 'amount', 'reservePrice', 'offeredPrice', 'personalData']);

function textOf({ text }: JournalEntry, { secrets }: Options): string {
  if (secrets === true) return text;
  try {
    return JSON.stringify(JSON.parse(text, (key, value: unknown) => (SECRET_KEYS.has(key) ? '(secret)' : value)));
  } catch {
    // Damaged text cannot be searched for secrets, so none of it is shown.
    return `(${text.length} characters that are not JSON; --secrets shows them)`;
  }
}

function limitOf(text = `${SHOWN_DEFAULT}`): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new OperatorError('--limit must be a whole number from 1 to 999999');
  return Number(text);
}

const notParked = (streamId: string, { consumer }: Options): OperatorError =>
  new OperatorError(`${streamId} is not parked${consumer === undefined ? '' : ` by the consumer ${consumer}`}`);
