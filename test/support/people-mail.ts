// News by e-mail on a house of tests, with a real mail server.
import { mailerOf } from '../../src/notify/channels/mail.js';
import { MailDesk } from '../../src/notify/mail/mail-desk.js';
import { MailLinks } from '../../src/notify/mail/mail-links.js';
import { personChannel } from '../../src/notify/mail/person.channel.js';
import { Sender } from '../../src/notify/outbox/sender.js';
import { silentLog } from '../../src/runtime/log.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import type { ApiHouse } from './api.js';
import type { MailServer, TakenMail } from './mail-server.js';

/** To be given to the house as well. */
export const mailLinks = new MailLinks(new Uint8Array(32).fill(7), new URL('http://house.example'));

export const DIGEST_MS = 900_000;

export type PeopleMail = Readonly<{ desk: MailDesk; sender: Sender; stop(): Promise<void> }>;

/** Follows the house and sends, until it is stopped. */
export function startPeopleMail(house: ApiHouse, server: MailServer, clock: Runtime): PeopleMail {
  const { pool, journal, feed, postgres: database } = house.house;
  const mailer = mailerOf({ server: new URL(server.url), from: 'Gavel <gavel@house.example>' });
  const parts = { database, runtime: clock, log: silentLog };
  const around = { pool, journal, keys: house.http.keys, mailer, links: mailLinks, now: () => clock.now() };
  const desk = new MailDesk({ ...parts, feed });
  const people = { channel: personChannel(around), digestMs: DIGEST_MS };
  const sender = new Sender({ ...parts, channels: new Map(), people, pollMs: 10 });
  desk.start();
  sender.start();
  const stop = async (): Promise<void> => {
    await desk.drain();
    await sender.drain();
    mailer.close();
  };
  return { desk, sender, stop };
}

/** The path of the first link in a mail. */
export const linkIn = (taken: TakenMail | undefined): string =>
  /http:\/\/house\.example(\/mail\/\S+)/.exec(taken?.mail.text ?? '')?.[1] ?? '';

/** Follows a link as a button of a page or of a mail program does. */
export const press = (house: ApiHouse, path: string): Promise<Response> =>
  fetch(`${house.http.url}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
  });
