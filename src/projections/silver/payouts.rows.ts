// Payout runs as rows. They are few, so each event is written by itself, in the order of the journal.
import type { ClientBase } from 'pg';
import type { UserId } from '../../domain/ids.js';
import type { PayoutRunEvent } from '../../domain/payout/payout-run.events.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { bigintAsText } from '../../runtime/bigint-text.js';

export type PayoutRow = Readonly<{ payoutRunId: string; revision: number; event: PayoutRunEvent }>;

const PREPARE = `
INSERT INTO payout_runs (payout_run_id, revision, status, total, prepared_by, prepared_at)
VALUES ($1, $2, 'prepared', $3, $4, $5)`;
const ADD_ITEMS = `
INSERT INTO payout_items (payout_run_id, item_number, auction_id, transaction_number, seller_id, amount, account)
SELECT $1, item.place, (item.of ->> 'auctionId')::uuid, (item.of ->> 'transactionNumber')::integer,
  (item.of ->> 'sellerId')::uuid, (item.of ->> 'amount')::bigint, item.of ->> 'account'
FROM jsonb_array_elements($2::jsonb) WITH ORDINALITY AS item(of, place)`;
const DECIDE = `
UPDATE payout_runs SET revision = $2, status = $3, decided_by = $4, decided_at = $5 WHERE payout_run_id = $1`;

/** The statements that write it, inside the caller's transaction. */
export function writePayout(client: ClientBase, row: PayoutRow): readonly Promise<unknown>[] {
  const { payoutRunId: id, revision, event } = row;
  const decide = (status: 'approved' | 'discarded', by: UserId, at: Instant) => [
    client.query(DECIDE, [id, revision, status, by, isoTime(at)]),
  ];
  switch (event.type) {
    case 'PayoutRunPrepared':
      return [
        client.query(PREPARE, [id, revision, event.total, event.preparedBy, isoTime(event.preparedAt)]),
        client.query(ADD_ITEMS, [id, JSON.stringify(event.items, bigintAsText)]),
      ];
    case 'PayoutRunApproved':
      return decide('approved', event.approvedBy, event.approvedAt);
    case 'PayoutRunDiscarded':
      return decide('discarded', event.discardedBy, event.discardedAt);
  }
}
