// Letters to a person. Address, preference and the facts themselves are read when the letters are sent: whoever was erased, changed the
// address or wants no more mail by then gets none.
import type { Pool } from 'pg';
import { auctionId, type UserId, userId } from '../../domain/ids.js';
import { auctionStream, userStream } from '../../domain/messages.js';
import { type Instant, instant, later } from '../../domain/time.js';
import type { Journal, RecordedEvent } from '../../journal/journal.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import { decrypt } from '../../personal-data/personal-data.js';
import { type Channel, NobodyThere } from '../channels/channel.js';
import type { Mailer } from '../channels/mail.js';
import { ABOUT_ACCOUNT, FOR_CONFIRMED, isFresh, type Letter, latestOf, lettersSchema } from './letter.js';
import { subjectOf, textOf } from './letter-text.js';
import type { MailLinks } from './mail-links.js';
import { type Reader, readerOf } from './readers.js';

export type PersonChannelParts = Readonly<{
  pool: Pick<Pool, 'query'>;
  journal: Pick<Journal, 'readStream'>;
  keys: KeyStore;
  mailer: Mailer;
  links: MailLinks;
  now: () => Instant;
}>;

const CONFIRM_WITHIN_MS = 86_400_000;
const RESET_WITHIN_MS = 3_600_000;
/** The sign-in knows of a confirmed address at once, mail when its follower has read of it: so long such a letter is tried again. */
const FOLLOWER_WITHIN_MS = 600_000;
/** More than these are counted, not told. */
const SHOWN_MAX = 50;
const PAGE = 100;

export function personChannel(parts: PersonChannelParts): Channel {
  return {
    async send({ messageId, content }) {
      const { userId: id, letters } = lettersSchema.parse(content);
      const reader = await readerOf(parts.pool, id);
      if (mayBeUnread(letters, reader, parts.now())) throw new Error('the address may have been confirmed just now');
      if (reader === null) throw new NobodyThere('the person has given no address, or was erased');
      const wanted = letters.filter((letter) => isWanted(letter, reader));
      const to = await addressOf(parts, id, reader);
      const mail = await composed(parts, { id, reader, letters: wanted });
      if (mail === null) throw new NobodyThere('the news are old, or no mail is wanted any more');
      await parts.mailer.send({ messageId, to: [to], ...mail });
    },
    close: () => undefined,
  };
}

/**
 * A link to confirm goes to an address that is not confirmed, a link for a new password to one that is, and everything else to one of
 * somebody who wants it.
 */
function isWanted({ kind }: Letter, { wanted, verifiedVersion, dataVersion }: Reader): boolean {
  const isVerified = verifiedVersion === dataVersion;
  if (kind === 'Confirm') return !isVerified;
  return isVerified && (wanted || ABOUT_ACCOUNT.has(kind));
}

/** Whether letters that only somebody with a confirmed address is written ask for one that this channel does not know of yet. */
function mayBeUnread(letters: readonly Letter[], reader: Reader | null, now: Instant): boolean {
  const isKnown = reader !== null && reader.verifiedVersion === reader.dataVersion;
  return !isKnown && letters.some(({ kind, at }) => FOR_CONFIRMED.has(kind) && now - at < FOLLOWER_WITHIN_MS);
}

async function addressOf({ journal, keys }: PersonChannelParts, id: string, reader: Reader): Promise<string> {
  const person = userId(id);
  if (reader.dataRevision === null) throw new NobodyThere('the person has given no address');
  const [entry] = await journal.readStream(userStream(person), reader.dataRevision, 1);
  const encrypted = entry?.kind === 'event' && 'personalData' in entry.event ? entry.event.personalData : null;
  if (encrypted === null) throw new Error('the fact with the personal data cannot be read');
  const opened = await decrypt(keys, person, encrypted);
  if (opened.status === 'damaged') throw new Error('the personal data cannot be opened');
  if (opened.status === 'erased') throw new NobodyThere('the person was erased');
  if (opened.data.email === null) throw new NobodyThere('the person has given no e-mail address');
  return opened.data.email;
}

type Composed = Readonly<{ subject: string; text: string; headers: Readonly<Record<string, string>> }>;
type Composing = Readonly<{ id: string; reader: Reader; letters: readonly Letter[] }>;

async function composed(parts: PersonChannelParts, { id, reader, letters }: Composing): Promise<Composed | null> {
  const { links, now } = parts;
  const about = { userId: userId(id), dataVersion: reader.dataVersion };
  // By itself: whoever has that address may be somebody else.
  const [first] = letters;
  if (first !== undefined && ABOUT_ACCOUNT.has(first.kind)) return accountLetter(parts, first, about);
  const told = (
    await Promise.all(latestOf(letters.filter((one) => isFresh(one, now()))).map((one) => factOf(parts, one)))
  ).flat();
  if (told.length === 0) return null;
  const url = links.url({ ...about, for: 'unsubscribe', expiresAt: null });
  const more = told.length > SHOWN_MAX ? [`And ${told.length - SHOWN_MAX} more.`] : [];
  const text = [...told.slice(0, SHOWN_MAX).map(textOf), ...more, `No more mail like this: ${url}`].join('\n\n');
  // RFC 8058: mail programs offer this as a button.
  const headers = { 'List-Unsubscribe': `<${url}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
  return { subject: subjectOf(told), text, headers };
}

type AboutPerson = Readonly<{ userId: UserId; dataVersion: number }>;

/** A letter about the account itself; null for one whose time is over. */
function accountLetter(
  { links, now }: PersonChannelParts,
  { kind, revision, at }: Letter,
  about: AboutPerson,
): Composed | null {
  const headers = {};
  if (kind === 'Confirm') {
    const url = links.url({ ...about, for: 'confirm', expiresAt: later(now(), CONFIRM_WITHIN_MS) });
    const text = `Somebody, probably you, asked for mail to this address. Confirm that within a day:\n\n${url}\n\nIf it was not you, do nothing.`;
    return { subject: 'Confirm your e-mail address', text, headers };
  }
  if (kind === 'Reset') {
    const expiresAt = instant(at + RESET_WITHIN_MS);
    if (now() > expiresAt) return null;
    const url = links.url({ ...about, dataVersion: revision, for: 'reset', expiresAt });
    const text = `Somebody, probably you, asked for a new password. Set it within an hour:\n\n${url}\n\nIf it was not you, do nothing: your password stays as it is.`;
    return { subject: 'A new password', text, headers };
  }
  const text =
    'Somebody, probably you, wanted to sign up with this address. You have an account already: sign in, or ask for a new password on that page.\n\nIf it was not you, do nothing.';
  return { subject: 'You have an account already', text, headers };
}

/** What a letter is about, as the journal has it. None for a reminder of what is paid by now. */
async function factOf({ journal }: PersonChannelParts, letter: Letter) {
  const stream = auctionStream(auctionId(letter.subjectId));
  const [listed] = await journal.readStream(stream, 0, 1);
  const [entry] = await journal.readStream(stream, letter.revision, 1);
  if (listed?.kind !== 'event' || entry?.kind !== 'event' || listed.event.type !== 'AuctionListed')
    throw new Error(`auction ${letter.subjectId} cannot be read at revision ${letter.revision}`);
  if (letter.kind === 'Reminder' && !(await isOwed(journal, entry))) return [];
  return [
    { kind: letter.kind, title: listed.event.item.title, currency: listed.event.terms.currency, event: entry.event },
  ];
}

async function isOwed(journal: Pick<Journal, 'readStream'>, invoice: RecordedEvent): Promise<boolean> {
  if (invoice.event.type !== 'InvoiceIssued') return false;
  const { transactionNumber } = invoice.event;
  for (let from = invoice.revision + 1; ; from += PAGE) {
    const entries = await journal.readStream(invoice.streamId, from, PAGE);
    const isOver = entries.some(
      (entry) =>
        entry.kind === 'event' &&
        (entry.event.type === 'PaymentRecorded' || entry.event.type === 'PaymentOverdue') &&
        entry.event.transactionNumber === transactionNumber,
    );
    if (isOver) return false;
    if (entries.length < PAGE) return true;
  }
}
