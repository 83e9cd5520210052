// What people state beside their accounts, as rows: where they are for tax. It is rare, so each is written by itself, in the order of
// the journal. The row goes when the person is erased.
import type { ClientBase } from 'pg';
import { isoTime } from '../../domain/time.js';
import type { UserEvent } from '../../domain/user/user.events.js';

type Stated = Extract<UserEvent, { type: 'TaxPositionStated' | 'TaxNumberJudged' | 'UserErased' }>;
export type StatementRow = Readonly<{ userId: string; event: Stated }>;

export const isStatement = (event: UserEvent): event is Stated =>
  event.type === 'TaxPositionStated' || event.type === 'TaxNumberJudged' || event.type === 'UserErased';

const STATE = `
INSERT INTO tax_positions (user_id, statement, country, region, tax_number, stated_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (user_id) DO UPDATE SET statement = EXCLUDED.statement, country = EXCLUDED.country, region = EXCLUDED.region,
  tax_number = EXCLUDED.tax_number, stated_at = EXCLUDED.stated_at, is_accepted = NULL, judged_at = NULL`;
const JUDGE = 'UPDATE tax_positions SET is_accepted = $2, judged_at = $3 WHERE user_id = $1';
const FORGET = 'DELETE FROM tax_positions WHERE user_id = $1';

/** The statement that writes it, inside the caller's transaction. */
export function writeStatement(client: ClientBase, { userId, event }: StatementRow): Promise<unknown> {
  switch (event.type) {
    case 'TaxPositionStated': {
      const { statement, country, region, taxNumber, statedAt } = event;
      return client.query(STATE, [userId, statement, country, region, taxNumber, isoTime(statedAt)]);
    }
    case 'TaxNumberJudged':
      return client.query(JUDGE, [userId, event.accepted, isoTime(event.judgedAt)]);
    case 'UserErased':
      return client.query(FORGET, [userId]);
  }
}
