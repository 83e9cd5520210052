// A PostgreSQL that is gone, or says nothing: channels are told without it, once, and told that it is back.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type pg from 'pg';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { DatabaseWatch, type DatabaseWatchParts } from '../../src/notify/alerts/database-watch.js';
import { emailChannel } from '../../src/notify/channels/email.channel.js';
import { logChannel } from '../../src/notify/channels/log.channel.js';
import { mailerOf } from '../../src/notify/channels/mail.js';
import { webhookChannel } from '../../src/notify/channels/webhook.channel.js';
import { silentLog } from '../../src/runtime/log.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { LineLog } from '../support/line-log.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { startWebhookServer, type WebhookServer } from '../support/webhook-server.js';

const HOUR_MS = 3_600_000;
const AFTER_MS = HOUR_MS;

let scratch: Scratch;
let mail: MailServer;
let hook: WebhookServer;
let log: LineLog;
let clock: ForwardRuntime;
let seen: boolean[];
let watch: DatabaseWatch | null;
let server: EmbeddedPostgres | null;

beforeEach(async () => {
  scratch = scratchDirectory('database-watch');
  [mail, hook, log, clock] = [await startMailServer(), await startWebhookServer(), new LineLog(), new ForwardRuntime()];
  [seen, watch, server] = [[], null, null];
});
afterEach(async () => {
  await watch?.drain();
  await server?.stop();
  await mail.stop();
  await hook.stop();
  scratch.remove();
});

function watching(database: pg.ClientConfig, more: Partial<DatabaseWatchParts> = {}): DatabaseWatch {
  const mailer = mailerOf({ server: new URL(mail.url), from: 'Gavel <gavel@house.example>' });
  const channels = new Map([
    ['log', logChannel(log)],
    ['email', emailChannel(mailer, { to: ['ops@house.example'], escalateTo: ['boss@house.example'] })],
    ['webhook', webhookChannel({ url: new URL(hook.url), secret: null }, clock)],
  ]);
  const metrics = { databaseReached: (isReached: boolean) => void seen.push(isReached) };
  const around = { subject: 'here', everyMs: 20, afterMs: AFTER_MS, escalateAfterMs: 2 * AFTER_MS };
  watch = new DatabaseWatch({ database, channels, ...around, runtime: clock, log, metrics, ...more });
  return watch;
}

const start = (port?: number): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres({
    dataDir: join(scratch.path, 'postgres'),
    log: silentLog,
    ...(port !== undefined && { port }),
  });
const told = () => log.lines.map(({ message }) => message).filter((message) => message.startsWith('alert '));
const posted = () => hook.posts.map(({ body }) => JSON.parse(body).alert.what);
const mailed = () => mail.taken.map(({ mail: { subject } }) => subject);
/** So many more looks, whatever they come to. */
async function looks(count: number): Promise<void> {
  const until = seen.length + count;
  await eventually(`${count} looks`, () => seen.length >= until);
}

it('tells every channel once that PostgreSQL is gone, again when nobody looks, and once that it is back', async () => {
  server = await start();
  const { port } = server.connection;
  watching(server.connection).start();
  await looks(2);
  expect(seen).not.toContain(false);

  await server.stop();
  await eventually('the loss to be seen', () => seen.includes(false));
  clock.forward(AFTER_MS - 60_000);
  await looks(3);
  expect(told()).toEqual([]);
  // From here on for long enough. One channel does not take it at first, and holds up no other.
  hook.answerWith(503);
  clock.forward(60_000);
  await eventually('the log and the mail', () => told().length === 1 && mail.taken.length === 1);
  await eventually('two tries of the webhook', () => hook.posts.length >= 2);
  hook.answerWith(200);
  const refused = hook.posts.length;
  await eventually('the webhook', () => hook.posts.length > refused);
  await looks(3);
  expect(new Set(hook.posts.map(({ headers }) => headers['gavel-message-id'])).size).toBe(1);
  expect([told(), mailed()]).toEqual([['alert raised'], ['[gavel] ALERT critical: database-unreachable here']]);
  const [
    {
      mail: { text = '' },
    } = { mail: {} },
  ] = mail.taken;
  expect(text).toContain('docs/runbook.md#alert-the-database-cannot-be-reached');
  // Nobody can acknowledge what stands nowhere.
  expect(text).not.toContain('alerts ack');

  clock.forward(2 * AFTER_MS);
  await eventually('the second call', () => mail.taken.length === 2);
  expect(mail.taken[1]?.to).toEqual(['ops@house.example', 'boss@house.example']);

  server = await start(port);
  await eventually('the end', () => told().includes('alert cleared') && mail.taken.length === 3);
  await looks(3);
  expect(told()).toEqual(['alert raised', 'alert escalated', 'alert cleared']);
  expect(posted().slice(-2)).toEqual(['escalated', 'cleared']);
}, 60_000);

it('takes a server that answers nothing for one that is gone, and tells nobody of trouble that was short', async () => {
  const sockets: Socket[] = [];
  const mute = createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1');
  await once(mute, 'listening');
  const database = { host: '127.0.0.1', port: (mute.address() as AddressInfo).port, user: 'gavel', database: 'gavel' };
  watching(database, { answerWithinMs: 50 }).start();
  await eventually('a look that fails', () => seen.includes(false));
  expect(told()).toEqual([]);
  clock.forward(AFTER_MS);
  await eventually('the alert', () => told().length === 1);
  for (const socket of sockets) socket.destroy();
  mute.close();
}, 30_000);

it('says so at once when the process ends because its database did', async () => {
  server = await start();
  const ending = watching(server.connection);
  ending.start();
  await looks(1);
  await ending.drain();
  expect(told()).toEqual([]);
  await server.stop();
  await ending.drain();
  expect([told(), posted(), mailed()]).toEqual([
    ['alert raised'],
    ['raised'],
    ['[gavel] ALERT critical: database-unreachable here'],
  ]);
}, 60_000);
