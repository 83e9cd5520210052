// The pass over the journal: the journal's own check, and how far Silver and closings had come when it began.
import pg from 'pg';
import { instant } from '../domain/time.js';
import { listParked } from '../feed/parked-streams.js';
import type { Journal, JournalEntry, Position } from '../journal/journal.js';
import { ConsumerProgress } from './consumer-progress.js';
import type { Findings } from './findings.js';
import { JournalCheck } from './journal-check.js';
import { StreamFold } from './stream-fold.js';
import type { Comparison, VerifyParts } from './verification.js';

const PAGE_EVENTS = 4_096;

export type Read = Comparison & Readonly<{ events: number; streams: number; isComparable: boolean }>;

/** Checks the journal, and how far the consumers had come when this began. */
export async function readJournal(parts: VerifyParts, findings: Findings): Promise<Read> {
  parts.phase('reading the journal');
  const client = new pg.Client({ ...parts.database, application_name: 'gavel verify' });
  await client.connect();
  try {
    const { journal, now, lagMaxMs } = parts;
    const silver = await ConsumerProgress.of(client, 'silver', journal);
    const consumers = [silver, await ConsumerProgress.of(client, 'closings', journal)];
    const parked = await listParked(client, null, null);
    const head = await journal.head();
    const isBeyond = consumers.filter((consumer) => consumer.reportBeyond(head, findings)).length > 0;
    const { isWhole, check } = await checkEvents(parts, consumers, findings);
    const lagging = { before: instant(now() - lagMaxMs), lagMaxMs };
    for (const consumer of consumers) consumer.reportLag(lagging, findings);
    // Against part of a journal every later row would be a difference, and none of them would tell anything.
    const isComparable = isWhole && !isBeyond;
    const { events, streams } = check;
    return { events, streams, silverAt: silver.printed, tables: [], parked, isComparable };
  } finally {
    await client.end();
  }
}

async function checkEvents(
  { journal, progress }: VerifyParts,
  consumers: readonly ConsumerProgress[],
  findings: Findings,
): Promise<Readonly<{ isWhole: boolean; check: JournalCheck }>> {
  const check = new JournalCheck(journal, findings);
  const fold = new StreamFold(journal, (entry, problem) => check.report(entry, problem));
  const head = await journal.head();
  const total = head === null ? 0n : journal.eventsBetween(null, head);
  const isWhole = await readToHead(journal, findings, async (page) => {
    for (const entry of page) {
      check.take(entry);
      for (const consumer of consumers) consumer.note(entry);
      const folded = fold.take(entry);
      if (folded !== null) await folded;
    }
    // Where positions do not tell how many events there are, there is no end to show.
    progress(check.events, total === null ? null : Number(total));
  });
  return { isWhole, check };
}

/** Gives all pages up to the head of this moment; false if the journal breaks off before it. */
async function readToHead(
  journal: Journal,
  findings: Findings,
  take: (page: readonly JournalEntry[]) => Promise<void>,
): Promise<boolean> {
  const head = await journal.head();
  const read = (after: Position | null) => journal.readAll(after, PAGE_EVENTS).catch(inconsistency);
  let after: Position | null = null;
  let page: readonly JournalEntry[] | string = [];
  while (journal.comparePositions(after, head) < 0) {
    // The next page is on its way while this one is taken.
    [page] = await Promise.all([read(after), take(typeof page === 'string' ? [] : page)]);
    const last: JournalEntry | undefined = typeof page === 'string' ? undefined : page.at(-1);
    if (last === undefined) {
      const problem = typeof page === 'string' ? page : 'the journal has fewer events than its head says';
      const subject = after === null ? 'its beginning' : `behind position ${journal.printPosition(after)}`;
      findings.report({ check: 'journal', subject, problem: `${problem}; nothing could be compared` });
      return false;
    }
    after = last.position;
  }
  if (typeof page !== 'string') await take(page);
  return true;
}

/** The message of an adapter that refuses to read over a gap; anything else goes on. */
function inconsistency(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'JournalInconsistent') return error.message;
  throw error;
}
