// Follows the journal over all auctions, in its order, and writes a score for each accepted bid. One process of several does
// it. Nothing waits for it: a bid is answered, and shown, before it is scored.
import type pg from 'pg';
import { FRAUD_EVENT_TYPES, isFraudEvent } from '../../domain/fraud/fraud-facts.js';
import type { FraudModel } from '../../domain/fraud/fraud-model.js';
import { type BidScore, FraudScorer } from '../../domain/fraud/fraud-scorer.js';
import type { AuctionId } from '../../domain/ids.js';
import type { Feed, JournalEntry, Page, Position } from '../../feed/feed.js';
import { Follower, type Following } from '../../feed/follower.js';
import type { LeaderStatus } from '../../feed/leader.js';
import { inTransaction } from '../../feed/session.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { noteAllFlagged, writeScores } from './fraud.rows.js';
import { readSnapshot, saveSnapshot } from './fraud-snapshots.js';

export type FraudScoringParts = Readonly<{
  feed: Feed;
  database: pg.ClientConfig;
  model: FraudModel;
  /** Whether this model may take the lead: its scores are shown once it has come as far as the one that leads. */
  mayLead?: boolean;
  runtime: Runtime;
  log: Log;
  /** A picture of the scorer is kept whenever so many events have passed; 200,000 unless given. */
  snapshotEvery?: number;
}>;

/** A page is some ten milliseconds of work. */
const PAGE = 1_000;
/** Scores are to be seen within a second. */
const REST_MIN_MS = 100;
const SNAPSHOT_EVERY = 200_000;
const AUCTION = 'auction-';

/** A scorer and where it stands. `written`: the scores up to there are in the table already. */
type Stand = { scorer: FraudScorer; at: Position | null; written: Position | null; sinceSnapshot: number };

export class FraudScoring {
  private readonly follower: Follower;
  private leads = false;

  constructor(private readonly parts: FraudScoringParts) {
    const { feed, database, runtime, log, mayLead = true } = parts;
    // Two models are scored beside each other; one process does each.
    const name = mayLead ? 'fraud' : 'fraud-next';
    const pace = { types: FRAUD_EVENT_TYPES, pageEvents: PAGE, restMinMs: REST_MIN_MS };
    this.follower = new Follower({
      ...{ name, feed, database, runtime, log },
      ...pace,
      begin: (client) => this.begin(client),
    });
  }

  start(): void {
    this.follower.start();
  }

  /** Ends with a picture of what is known, so that the next start goes on from here. */
  drain(): Promise<void> {
    return this.follower.drain();
  }

  status(): LeaderStatus {
    return this.follower.status();
  }

  private async begin(client: pg.Client): Promise<Following> {
    const { snapshotEvery = SNAPSHOT_EVERY } = this.parts;
    const stand = await this.load(client);
    const keepAfter = async (events: number): Promise<void> => {
      if (stand.sinceSnapshot >= events) await this.keep(client, stand);
    };
    const take = async (page: Page | null): Promise<void> => {
      if (page !== null) await this.score(client, stand, page);
      await keepAfter(snapshotEvery);
    };
    return { from: stand.at, take, end: () => keepAfter(1) };
  }

  /** From the last picture on, everything is worked out again, and written once it is new. */
  private async load(client: pg.Client): Promise<Stand> {
    const { feed, model } = this.parts;
    await client.query('INSERT INTO fraud.progress (model_version) VALUES ($1) ON CONFLICT DO NOTHING', [
      model.version,
    ]);
    const { rows } = await client.query<{ position: string | null; snapshot_position: string | null }>(
      'SELECT position, snapshot_position FROM fraud.progress WHERE model_version = $1',
      [model.version],
    );
    const at = (text: string | null | undefined) => (text == null ? null : feed.journal.parsePosition(text));
    const scorer = new FraudScorer(model, await readSnapshot(client, model.version));
    return { scorer, at: at(rows[0]?.snapshot_position), written: at(rows[0]?.position), sinceSnapshot: 0 };
  }

  private async score(client: pg.Client, stand: Stand, { entries, upTo }: Page): Promise<void> {
    const { feed, model } = this.parts;
    const scores: BidScore[] = [];
    for (const entry of entries) {
      const score = scoreOf(stand.scorer, entry);
      if (score !== null && feed.journal.comparePositions(entry.position, stand.written) > 0) scores.push(score);
    }
    stand.at = upTo;
    stand.sinceSnapshot += entries.length;
    if (feed.journal.comparePositions(upTo, stand.written) <= 0) return;
    await inTransaction(client, async () => {
      await writeScores(client, scores, model.version);
      await this.takeTheLead(client, upTo);
      await client.query('UPDATE fraud.progress SET position = $2 WHERE model_version = $1', [
        model.version,
        feed.journal.printPosition(upTo),
      ]);
    });
    stand.written = upTo;
  }

  /** The scores shown change over in one transaction, and never to a model that knows less. */
  private async takeTheLead(client: pg.Client, upTo: Position): Promise<void> {
    const { feed, model, mayLead = true } = this.parts;
    if (!mayLead || this.leads) return;
    const { rows } = await client.query<{ model_version: number; position: string | null }>(
      'SELECT model_version, position FROM fraud.progress WHERE leads',
    );
    const [first] = rows;
    const theirs = first?.position == null ? null : feed.journal.parsePosition(first.position);
    if (first !== undefined && first.model_version !== model.version) {
      if (feed.journal.comparePositions(upTo, theirs) < 0) return;
      await client.query('UPDATE fraud.progress SET leads = false WHERE leads');
    }
    await client.query('UPDATE fraud.progress SET leads = true WHERE model_version = $1', [model.version]);
    await noteAllFlagged(client, model.version);
    this.leads = true;
  }

  private async keep(client: pg.Client, stand: Stand): Promise<void> {
    const { feed, model } = this.parts;
    const { at } = stand;
    if (at === null) return;
    await inTransaction(client, async () => {
      await saveSnapshot(client, model.version, stand.scorer.snapshot());
      await client.query('UPDATE fraud.progress SET snapshot_position = $2 WHERE model_version = $1', [
        model.version,
        feed.journal.printPosition(at),
      ]);
    });
    stand.sinceSnapshot = 0;
  }
}

/** A damaged event is passed over: the auction it belongs to is out of service, and reported by those who serve it. */
function scoreOf(scorer: FraudScorer, entry: JournalEntry): BidScore | null {
  if (entry.kind !== 'event' || !entry.streamId.startsWith(AUCTION) || !isFraudEvent(entry.event)) return null;
  return scorer.take({ auctionId: entry.streamId.slice(AUCTION.length) as AuctionId, event: entry.event });
}
