// News of a person as a line of the outbox: which fact of which stream. What it says is read in the journal when it is sent, so no
// price, no offer and no address is copied.
import { z } from 'zod';

export const LETTER_KINDS = [
  'Outbid',
  'Extended',
  'Won',
  'Sold',
  'Passed',
  'Invoiced',
  'Reminder',
  'Overdue',
  'Offered',
  'Voided',
  'ClosingSoon',
  'Asked',
  'Answered',
  'Confirm',
  'Reset',
  'AlreadyHere',
] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

export const letterSchema = z.object({
  kind: z.enum(LETTER_KINDS),
  /** The auction; for letters about the account the person. */
  subjectId: z.uuid(),
  /** Of the fact in the subject's stream; for `Reset` the version of the password. */
  revision: z.int().nonnegative(),
  /** When it happened, in epoch milliseconds. */
  at: z.int(),
});
export type Letter = Readonly<z.output<typeof letterSchema>>;

/** What the channel for people is handed: all that waits for one person. */
export const lettersSchema = z.object({ userId: z.uuid(), letters: z.array(letterSchema).min(1) });

/** Money is due whenever the mail gets there; the rest is old news after a day. */
const LASTING: ReadonlySet<LetterKind> = new Set([
  'Won',
  'Sold',
  'Invoiced',
  'Reminder',
  'Overdue',
  'Offered',
  'Voided',
  'Confirm',
]);
const STALE_MS = 86_400_000;
/** By then the lot has closed. */
const CLOSING_SOON_MS = 3_600_000;

/** Whether it is still worth sending. */
export const isFresh = ({ kind, at }: Letter, now: number): boolean =>
  LASTING.has(kind) || now - at <= (kind === 'ClosingSoon' ? CLOSING_SOON_MS : STALE_MS);

/** Letters about the account itself: each is a mail of its own (outbox/outbox.ts). */
export const ABOUT_ACCOUNT: ReadonlySet<LetterKind> = new Set(['Confirm', 'Reset', 'AlreadyHere']);
/** Of these, what is written only to an address that the sign-in knows to be confirmed. */
export const FOR_CONFIRMED: ReadonlySet<LetterKind> = new Set(['Reset', 'AlreadyHere']);

/** Each says something of its own. */
const EACH: ReadonlySet<LetterKind> = new Set(['Asked', 'Answered']);

/** What a later letter of a person makes needless: of an auction one is told the last of a kind. */
export function latestOf(letters: readonly Letter[]): readonly Letter[] {
  const last = new Map<string, Letter>();
  for (const letter of letters) {
    const key = `${letter.kind} ${letter.subjectId}${EACH.has(letter.kind) ? ` ${letter.revision}` : ''}`;
    const known = last.get(key);
    if (known === undefined || known.revision < letter.revision) last.set(key, letter);
  }
  return [...last.values()].sort((a, b) => a.at - b.at);
}
