// How often a password may be wrong. Counted before a password is looked at, so that guesses side by side count as well, and for
// addresses without an account too: what is locked tells nobody who has one.
import type { Pool } from 'pg';

/** Guesses within a window. A person behind a shared address is let in until many others have guessed there. */
export const TRIES_MAX = { address: 5, client: 50 } as const;
export const WINDOW_MS = 15 * 60_000;

const FORGET = 'DELETE FROM sign_in.attempts WHERE first_at < $1';
const FORGET_ONE = 'DELETE FROM sign_in.attempts WHERE subject = $1';
const COUNT = `
INSERT INTO sign_in.attempts AS a (subject, tries, first_at)
SELECT subject, 1, $2::timestamptz FROM unnest($1::text[]) AS subject ORDER BY subject
ON CONFLICT (subject) DO UPDATE SET
  tries = CASE WHEN a.first_at < $3 THEN 1 ELSE a.tries + 1 END,
  first_at = CASE WHEN a.first_at < $3 THEN excluded.first_at ELSE a.first_at END
RETURNING subject, tries, first_at AS "firstAt"`;
const CLEAR = `
WITH gone AS (DELETE FROM sign_in.attempts WHERE subject = $1)
UPDATE sign_in.attempts SET tries = tries - 1 WHERE subject = $2 AND tries > 0`;

export type Subjects = Readonly<{ address: string; client: string }>;

export class LockOut {
  constructor(
    private readonly pool: Pick<Pool, 'query'>,
    private readonly now: () => number,
  ) {}

  /** Counts a try. Null if it may go on; else how long nobody is let in, in milliseconds. */
  async count({ address, client }: Subjects): Promise<number | null> {
    const now = this.now();
    const [at, since] = [new Date(now), new Date(now - WINDOW_MS)];
    await this.pool.query(FORGET, [since]);
    type Row = Readonly<{ subject: string; tries: number; firstAt: Date }>;
    const { rows } = await this.pool.query<Row>(COUNT, [[address, client], at, since]);
    const waits = rows.flatMap(({ subject, tries, firstAt }) =>
      tries > (subject === address ? TRIES_MAX.address : TRIES_MAX.client) ? [firstAt.getTime() + WINDOW_MS - now] : [],
    );
    return waits.length === 0 ? null : Math.max(...waits);
  }

  /** Lets an address in again. */
  async forget(address: string): Promise<void> {
    await this.pool.query(FORGET_ONE, [address]);
  }

  /** The password was right: what was counted for the address is forgotten, and this try for the client. */
  async clear({ address, client }: Subjects): Promise<void> {
    await this.pool.query(CLEAR, [address, client]);
  }
}
