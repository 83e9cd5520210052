// Links in mail: each says what it is for and for whom, and is signed, so that nobody makes one up. It says nothing of the person but
// the id.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { type UserId, userId } from '../../domain/ids.js';
import type { Instant } from '../../domain/time.js';

const linkSchema = z.object({
  for: z.enum(['confirm', 'unsubscribe', 'reset']),
  userId: z.uuid().transform((id): UserId => userId(id)),
  /** Of the personal data; for `reset`, of the password. */
  dataVersion: z.int().nonnegative(),
  /** Epoch milliseconds; null for a link that stays good. */
  expiresAt: z.int().nullable(),
});
export type MailLink = Readonly<z.output<typeof linkSchema>>;

/** A new password is set on a page of the application. */
const PATHS = { confirm: 'mail/confirm', unsubscribe: 'mail/unsubscribe', reset: 'reset' } as const;

const FORM = /^[\w-]{1,400}\.[\w-]{43}$/;

/** Makes and reads the tokens of links under one key. */
export class MailLinks {
  constructor(
    private readonly key: Uint8Array,
    /** Where people reach the house. */
    private readonly house: URL,
  ) {}

  /** The address of a link. */
  url(link: MailLink): string {
    const body = Buffer.from(JSON.stringify(link)).toString('base64url');
    const url = new URL(PATHS[link.for], this.house.href.endsWith('/') ? this.house : `${this.house.href}/`);
    url.searchParams.set('token', `${body}.${this.signed(body)}`);
    return url.href;
  }

  /** What a token says; null for one that is not ours, is for something else, or has expired. */
  read(token: string, purpose: MailLink['for'], now: Instant): MailLink | null {
    if (!FORM.test(token)) return null;
    const [body = '', signature = ''] = token.split('.');
    if (!timingSafeEqual(Buffer.from(signature), Buffer.from(this.signed(body)))) return null;
    const link = linkSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    if (link.for !== purpose || (link.expiresAt !== null && now > link.expiresAt)) return null;
    return link;
  }

  private signed(body: string): string {
    return createHmac('sha256', this.key).update(`gavel mail link\n${body}`).digest('base64url');
  }
}
