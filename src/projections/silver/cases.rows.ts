// Fraud cases as rows. They are few, so each event is written by itself, in the order of the journal.
import type { ClientBase } from 'pg';
import type { Bond, Evidence, FraudCaseEvent, Mute } from '../../domain/fraud/fraud-case.events.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { DataProblem } from '../../feed/projection.js';
import { allInOrder } from '../../feed/session.js';

export type CaseChange = Readonly<{ caseId: string; revision: number; event: FraudCaseEvent }>;

// Opened again, a case is as new but for its accounts and its history.
const OPEN = `
INSERT INTO fraud_cases (case_id, revision, seller_id, origin, status, model_version, opened_at, openings, changed_at)
SELECT $1::uuid, $2::bigint, $3::uuid, $4, 'open', $5::integer, $6::timestamptz, 1, $6
WHERE $2 = 0 OR EXISTS (SELECT FROM fraud_cases WHERE case_id = $1)
ON CONFLICT (case_id) DO UPDATE SET
  revision = excluded.revision, status = 'open', model_version = excluded.model_version, opened_at = excluded.opened_at,
  changed_at = excluded.changed_at, openings = fraud_cases.openings + 1, assignee_id = NULL, decided_at = NULL, decided_by = NULL, decision_reason = NULL
WHERE fraud_cases.revision = excluded.revision - 1`;

const MOVE = `
UPDATE fraud_cases SET
  revision = $2, model_version = COALESCE($3, model_version), assignee_id = COALESCE($4, assignee_id), changed_at = $5
WHERE case_id = $1 AND revision = $2::bigint - 1`;

const DECIDE = `
UPDATE fraud_cases SET revision = $2, status = $3, decision_reason = $4, decided_by = $5, decided_at = $6, changed_at = $6
WHERE case_id = $1 AND revision = $2::bigint - 1`;

const UPSERT_ACCOUNTS = `
INSERT INTO fraud_case_accounts (case_id, bidder_id, flagged_auctions, auctions, concentration, score, reasons, noticed_from,
  verdict)
SELECT $1, a."bidderId", a."flaggedAuctions", a.auctions, a.concentration, a.score, a.reasons, a."flaggedAuctions" + 1, 'open'
FROM jsonb_to_recordset($2::jsonb) AS a("bidderId" uuid, "flaggedAuctions" integer, auctions integer,
  concentration double precision, score double precision, reasons text[])
ON CONFLICT (case_id, bidder_id) DO UPDATE SET
  flagged_auctions = excluded.flagged_auctions, auctions = excluded.auctions, concentration = excluded.concentration,
  score = excluded.score, reasons = excluded.reasons, noticed_from = excluded.noticed_from, verdict = excluded.verdict`;

const UPSERT_BONDS = `
INSERT INTO fraud_case_bonds (case_id, first_id, second_id, together, apart)
SELECT $1, b.first, b.second, b.together, b.apart
FROM jsonb_to_recordset($2::jsonb) AS b(first uuid, second uuid, together integer, apart integer)
ON CONFLICT (case_id, first_id, second_id) DO UPDATE SET together = excluded.together, apart = excluded.apart`;

// Of an account that people had decided on before, and that has not grown since, the earlier word stands.
const MUTE = `
UPDATE fraud_case_accounts a SET
  noticed_from = m."reopensAt", verdict = CASE a.verdict WHEN 'open' THEN $3 ELSE a.verdict END
FROM jsonb_to_recordset($2::jsonb) AS m("bidderId" uuid, "reopensAt" integer)
WHERE a.case_id = $1 AND a.bidder_id = m."bidderId"`;

const ENTER =
  'INSERT INTO fraud_case_entries (case_id, revision, kind, by_id, note, at) VALUES ($1, $2, $3, $4, $5, $6)';

/** Writes one fact of a case, inside the caller's transaction. Refuses one that does not follow on the row. */
export const writeCase = (client: ClientBase, change: CaseChange): Promise<void> =>
  allInOrder(statementsFor(client, change));

function statementsFor(client: ClientBase, { caseId, revision, event }: CaseChange): readonly Promise<unknown>[] {
  const one = (text: string, values: readonly unknown[]) => changed(client, text, [caseId, revision, ...values]);
  const enter = (kind: string, at: Instant, by: string | null, note: string | null = null) =>
    client.query(ENTER, [caseId, revision, kind, by, note, isoTime(at)]);
  const tell = (accounts: readonly Evidence[], bonds: readonly Bond[]) => [
    client.query(UPSERT_ACCOUNTS, [caseId, JSON.stringify(accounts)]),
    client.query(UPSERT_BONDS, [caseId, JSON.stringify(bonds)]),
  ];
  switch (event.type) {
    case 'FraudCaseOpened': {
      const { sellerId, modelVersion, accounts, bonds, openedAt } = event;
      const opened = one(OPEN, [sellerId, 'scores', modelVersion, isoTime(openedAt)]);
      return [opened, ...tell(accounts, bonds), enter('opened', openedAt, null)];
    }
    case 'FraudSampleDrawn': {
      const { sellerId, modelVersion, accounts, drawnAt } = event;
      const opened = one(OPEN, [sellerId, 'sample', modelVersion, isoTime(drawnAt)]);
      return [opened, ...tell(accounts, []), enter('drawn', drawnAt, null)];
    }
    case 'FraudCaseEvidenceGrown': {
      const { modelVersion, accounts, bonds, grownAt } = event;
      return [
        one(MOVE, [modelVersion, null, isoTime(grownAt)]),
        ...tell(accounts, bonds),
        enter('grown', grownAt, null),
      ];
    }
    case 'FraudCaseAssigned': {
      const { assigneeId, assignedBy, assignedAt } = event;
      return [
        one(MOVE, [null, assigneeId, isoTime(assignedAt)]),
        enter('assigned', assignedAt, assignedBy, assigneeId),
      ];
    }
    case 'FraudCaseNoted':
      return [
        one(MOVE, [null, null, isoTime(event.notedAt)]),
        enter('noted', event.notedAt, event.notedBy, event.note),
      ];
    case 'FraudCaseDismissed': {
      const { reason, mutes, dismissedBy: by, dismissedAt: at } = event;
      const decided = one(DECIDE, ['dismissed', reason, by, isoTime(at)]);
      return [decided, mute(client, caseId, mutes, 'dismissed'), enter('dismissed', at, by, reason)];
    }
    case 'FraudCaseConfirmed': {
      const { reason, mutes, confirmedBy: by, confirmedAt: at } = event;
      const decided = one(DECIDE, ['confirmed', reason, by, isoTime(at)]);
      return [decided, mute(client, caseId, mutes, 'confirmed'), enter('confirmed', at, by, reason)];
    }
  }
}

const mute = (client: ClientBase, caseId: string, mutes: readonly Mute[], verdict: string) =>
  client.query(MUTE, [caseId, JSON.stringify(mutes), verdict]);

async function changed(client: ClientBase, text: string, values: readonly unknown[]): Promise<void> {
  const { rowCount } = await client.query(text, [...values]);
  if (rowCount !== 1) throw new DataProblem('a fraud case stands not where the event before left it');
}
