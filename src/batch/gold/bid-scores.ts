// Fraud scores of all bids in Bronze. The house's own scorer reads the archive as it reads the journal: the same events in
// the same order give the same scores, to the last bit. So Gold's scores need nothing but Bronze and a model (docs/adr/0085).
import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { isFraudEvent } from '../../domain/fraud/fraud-facts.js';
import { FLAGGED_ABOVE, type FraudModel } from '../../domain/fraud/fraud-model.js';
import { type BidScore, FraudScorer } from '../../domain/fraud/fraud-scorer.js';
import type { AuctionId } from '../../domain/ids.js';
import type { StreamId } from '../../domain/messages.js';
import type { Instant } from '../../domain/time.js';
import type { Position } from '../../journal/journal.js';
import { entryOf } from '../../journal/stored-events.js';
import { ORIGINAL_OF } from '../../projections/bronze/bronze.sql.js';

/** The files of one part of Bronze, on this machine. The restricted one has what bidders keep secret; null if there is none. */
export type OriginalFiles = Readonly<{ events: string; restricted: string | null }>;

const PAGE = 10_000;
const AUCTION = 'auction-';

/** What the scorer says, a row a turn: a bid that is taken back has two. */
export const BID_SCORES = `CREATE TABLE bid_scores (position BIGINT, auction_id VARCHAR, bid_number INTEGER, seller_id VARCHAR,
  bidder_id VARCHAR, model_version INTEGER, logit DOUBLE, is_flagged BOOLEAN, scored_at_ms BIGINT)`;

const OF_AUCTIONS = `CREATE OR REPLACE TEMP TABLE scored_part AS
SELECT position, stream_id, event_type, schema_version, occurred_at, payload, hash FROM original
WHERE starts_with(stream_id, '${AUCTION}') ORDER BY position`;

/**
 * Fills the table `bid_scores`. Reads secrets (a leader's maximum) from the restricted files; none of them gets into the table. Damaged
 * events are passed over, as the house's scorer does.
 */
export async function scoreBids(
  duck: DuckDBConnection,
  parts: readonly OriginalFiles[],
  model: FraudModel,
): Promise<void> {
  const scorer = new FraudScorer(model);
  const appender = await duck.createAppender('bid_scores');
  for (const { events, restricted } of parts) {
    await duck.run(ORIGINAL_OF(events, restricted));
    await duck.run(OF_AUCTIONS);
    await duck.run('DROP VIEW original');
    await scorePart(duck, appender, scorer, model.version);
  }
  appender.closeSync();
  await duck.run('DROP TABLE IF EXISTS scored_part');
}

async function scorePart(duck: DuckDBConnection, appender: DuckDBAppender, scorer: FraudScorer, version: number) {
  for (let after = -1n; ; ) {
    const reader = await duck.runAndReadAll(
      `SELECT * FROM scored_part WHERE position > ${after} ORDER BY position LIMIT ${PAGE}`,
    );
    const rows = reader.getRowObjects();
    for (const row of rows) {
      after = row['position'] as bigint;
      const score = scoreOf(scorer, row);
      if (score !== null) append(appender, score, { version, position: after, atMs: row['occurred_at'] as bigint });
    }
    if (rows.length < PAGE) return;
  }
}

function scoreOf(scorer: FraudScorer, row: Readonly<Record<string, unknown>>): BidScore | null {
  const entry = entryOf({
    position: row['position'] as unknown as Position,
    streamId: String(row['stream_id']) as StreamId,
    revision: 0,
    eventType: String(row['event_type']),
    schemaVersion: Number(row['schema_version']),
    occurredAt: Number(row['occurred_at']) as Instant,
    recordedAt: Number(row['occurred_at']) as Instant,
    meta: { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null },
    text: String(row['payload']),
    hash: String(row['hash']),
  });
  if (entry.kind !== 'event' || !isFraudEvent(entry.event)) return null;
  return scorer.take({ auctionId: entry.streamId.slice(AUCTION.length) as AuctionId, event: entry.event });
}

function append(
  appender: DuckDBAppender,
  { auctionId, bidNumber, sellerId, bidderId, judgement }: BidScore,
  { version, position, atMs }: Readonly<{ version: number; position: bigint; atMs: bigint }>,
): void {
  appender.appendBigInt(position);
  appender.appendVarchar(auctionId);
  appender.appendInteger(bidNumber);
  appender.appendVarchar(sellerId);
  appender.appendVarchar(bidderId);
  appender.appendInteger(version);
  appender.appendDouble(judgement.logit);
  appender.appendBoolean(judgement.score > FLAGGED_ABOVE);
  appender.appendBigInt(atMs);
  appender.endRow();
}
