// Follows the journal for people who want mail: what they have said about it from the beginning on, and in the same transactions what
// happens to them, from the first start on. No rebuild and no replay of a read model comes by here.
import type pg from 'pg';
import { type Instant, instant } from '../../domain/time.js';
import type { Feed, JournalEntry } from '../../feed/feed.js';
import { Follower, type Following } from '../../feed/follower.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { putInOutbox } from '../outbox/outbox.js';
import { followingFrom, savedPosition, type Write } from '../saved-position.js';
import { type Addressed, auctionFactsIn, LETTER_FACTS, lettersOf } from './letters-in.js';
import { READER_FACTS, readersIn } from './readers.js';

export type MailDeskParts = Readonly<{ database: pg.ClientConfig; feed: Feed; runtime: Runtime; log: Log }>;

/** The name under which letters stand in the outbox. */
const PERSON = 'person';
/** Bids are among what it reads, so it goes no faster than the scorer. */
const PAGE = 1_000;
const REST_MS = 200;

export class MailDesk {
  private readonly follower: Follower;

  constructor(private readonly parts: MailDeskParts) {
    const { database, feed, runtime, log } = parts;
    this.follower = new Follower({
      ...{ name: 'mail', database, searchPath: ['ops'], feed, runtime, log },
      types: [...READER_FACTS, ...LETTER_FACTS, 'EmailVerificationRequested'],
      pageEvents: PAGE,
      restMinMs: REST_MS,
      begin: (client) => this.begin(client),
    });
  }

  start(): void {
    this.follower.start();
  }

  drain(): Promise<void> {
    return this.follower.drain();
  }

  private async begin(client: pg.Client): Promise<Following> {
    const { feed, runtime } = this.parts;
    // What happened before the very first start is told to nobody.
    const since = await savedPosition({ name: 'mail since', feed, runtime }, client);
    const take = (entries: readonly JournalEntry[]) => {
      const news = entries.filter(({ position }) => feed.journal.comparePositions(position, since) > 0);
      return inOrder(readersIn(entries), lettersIn(news, runtime.now()));
    };
    return followingFrom({ name: 'mail', feed, runtime, take, from: 'beginning' }, client);
  }
}

/** What people said counts before what happens to them. */
const inOrder = (first: Write, second: Write): Write =>
  first === null || second === null
    ? (first ?? second)
    : async (client) => {
        await first(client);
        await second(client);
      };

function lettersIn(entries: readonly JournalEntry[], now: Instant): Write {
  const facts = auctionFactsIn(entries);
  const asked = entries.flatMap(confirmationIn);
  if (facts.length === 0 && asked.length === 0) return null;
  return async (client) => {
    const letters = [...asked, ...(await lettersOf(client, facts))];
    const messages = letters.map(({ userId, dueAt, letter }) => ({
      about: `${userId} ${letter.kind} ${letter.subjectId} ${letter.revision}`,
      channel: PERSON,
      content: letter,
      dueAt: instant(Math.max(now, dueAt)),
      userId,
    }));
    await putInOutbox(client, messages, now);
  };
}

function confirmationIn(entry: JournalEntry): readonly Addressed[] {
  if (entry.kind !== 'event' || entry.event.type !== 'EmailVerificationRequested') return [];
  const userId = entry.streamId.slice('user-'.length);
  const { revision, occurredAt: at } = entry;
  return [{ userId, dueAt: at, letter: { kind: 'Confirm', subjectId: userId, revision, at } }];
}
