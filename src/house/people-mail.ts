// News to people by e-mail, put together: who follows the journal, who sends, and the key of their links.
import { createHmac } from 'node:crypto';
import type pg from 'pg';
import type { TokenSettings } from '../api/api.settings.js';
import type { Config } from '../config.js';
import type { Feed } from '../feed/feed.js';
import type { Journal } from '../journal/journal.js';
import type { Channel } from '../notify/channels/channel.js';
import type { Mailer } from '../notify/channels/mail.js';
import { startClosingSoon } from '../notify/mail/closing-soon.js';
import { MailDesk } from '../notify/mail/mail-desk.js';
import { MailLinks } from '../notify/mail/mail-links.js';
import { personChannel } from '../notify/mail/person.channel.js';
import type { Log } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { keyStoreOf } from './personal.js';
import type { Undo } from './undoable.js';

export type PeopleMailParts = Readonly<{
  config: Pick<Config, 'mail' | 'mailLinkKey' | 'dataDirectory' | 'masterKeys'>;
  tokens: TokenSettings;
  postgres: pg.ClientConfig;
  pool: pg.Pool;
  journal: Journal;
  feed: Feed;
  runtime: Runtime;
  log: Log;
}>;

/** The links of this house; null where people get no mail. In development one secret is enough. */
export function mailLinksOf({ mail, mailLinkKey }: Pick<Config, 'mail' | 'mailLinkKey'>, { key }: TokenSettings) {
  const people = mail?.people ?? null;
  if (people === null) return null;
  if (mailLinkKey !== null) return new MailLinks(mailLinkKey, people.house);
  if (key.kind !== 'secret')
    throw new OperatorError('GAVEL_MAIL_LINK_KEY is needed where GAVEL_JWT_JWKS_URL checks the tokens');
  return new MailLinks(createHmac('sha256', key.secret).update('gavel mail links').digest(), people.house);
}

/** Begins to follow the journal for people who want mail. Null where they get none. */
export function startPeopleMail(
  parts: PeopleMailParts,
  mailer: Mailer | null,
  undo: Undo[],
): Readonly<{ channel: Channel; digestMs: number }> | null {
  const { config, tokens, postgres: database, pool, journal, feed, runtime, log } = parts;
  const links = mailLinksOf(config, tokens);
  const people = config.mail?.people ?? null;
  if (links === null || people === null || mailer === null) return null;
  const desk = new MailDesk({ database, feed, runtime, log });
  undo.push(() => desk.drain());
  desk.start();
  undo.push(startClosingSoon({ pool, runtime, log }));
  const keys = keyStoreOf(config);
  const channel = personChannel({ pool, journal, keys, mailer, links, now: () => runtime.now() });
  return { channel, digestMs: people.digestMs };
}
