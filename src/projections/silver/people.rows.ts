// What people state beside their accounts, as rows: where they are for tax, and where they are paid. It is rare, so each is written by itself, in the order of
// the journal. The row goes when the person is erased.
import type { ClientBase } from 'pg';
import { isoTime } from '../../domain/time.js';
import type { UserEvent } from '../../domain/user/user.events.js';

type Stated = Extract<
  UserEvent,
  { type: 'TaxPositionStated' | 'TaxNumberJudged' | 'BankAccountStated' | 'UserErased' }
>;
export type StatementRow = Readonly<{ userId: string; event: Stated }>;

export const isStatement = (event: UserEvent): event is Stated =>
  event.type === 'TaxPositionStated' ||
  event.type === 'TaxNumberJudged' ||
  event.type === 'BankAccountStated' ||
  event.type === 'UserErased';

const STATE = `
INSERT INTO tax_positions (user_id, statement, country, region, tax_number, stated_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (user_id) DO UPDATE SET statement = EXCLUDED.statement, country = EXCLUDED.country, region = EXCLUDED.region,
  tax_number = EXCLUDED.tax_number, stated_at = EXCLUDED.stated_at, is_accepted = NULL, judged_at = NULL`;
const JUDGE = 'UPDATE tax_positions SET is_accepted = $2, judged_at = $3 WHERE user_id = $1';
const OPEN_ACCOUNT = `
INSERT INTO bank_accounts (user_id, account, stated_at) VALUES ($1, $2, $3)
ON CONFLICT (user_id) DO UPDATE SET account = EXCLUDED.account, stated_at = EXCLUDED.stated_at`;
const FORGET_POSITION = 'DELETE FROM tax_positions WHERE user_id = $1';
const FORGET_ACCOUNT = 'DELETE FROM bank_accounts WHERE user_id = $1';

/** The statements that write it, inside the caller's transaction. */
export function writeStatement(client: ClientBase, { userId, event }: StatementRow): readonly Promise<unknown>[] {
  switch (event.type) {
    case 'TaxPositionStated': {
      const { statement, country, region, taxNumber, statedAt } = event;
      return [client.query(STATE, [userId, statement, country, region, taxNumber, isoTime(statedAt)])];
    }
    case 'TaxNumberJudged':
      return [client.query(JUDGE, [userId, event.accepted, isoTime(event.judgedAt)])];
    case 'BankAccountStated':
      if (event.account === null) return [client.query(FORGET_ACCOUNT, [userId])];
      return [client.query(OPEN_ACCOUNT, [userId, event.account, isoTime(event.statedAt)])];
    case 'UserErased':
      return [client.query(FORGET_POSITION, [userId]), client.query(FORGET_ACCOUNT, [userId])];
  }
}
