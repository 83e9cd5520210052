// A house that is killed by kill -9 between an alert and its messages, and between a message and its note: each arrives.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { eventually } from '../support/eventually.js';
import { startMailServer } from '../support/mail-server.js';
import { scratchDirectory } from '../support/scratch.js';
import { startWebhookServer } from '../support/webhook-server.js';
import { KilledHouse } from './killed-house.js';
import { freePort } from './people.js';

jest.setTimeout(900_000);
const WITHIN_MS = 180_000;

const scratch = scratchDirectory('alert-kills');
const bereft = scratchDirectory('alert-kills-database');
const undo: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const one of undo) await one();
  scratch.remove();
  bereft.remove();
});

it('tells an alert once to each channel, and again under the same id where the kill fell upon the note', async () => {
  const [mail, hook] = [await startMailServer(), await startWebhookServer()];
  undo.push(mail.stop, hook.stop);
  const house = new KilledHouse(scratch.path, await freePort(), randomBytes(32).toString('hex'), {
    GAVEL_MAIL_URL: mail.url,
    GAVEL_ALERT_EMAIL: 'ops@house.example',
    GAVEL_ALERT_WEBHOOK: hook.url,
    GAVEL_ALERT_CERTIFICATES: join(scratch.path, 'missing.pem'),
    GAVEL_ALERT_EVERY_MS: '200',
  });
  undo.push(async () => house.killLeftovers());

  // Raised, and neither channel takes it.
  mail.refuseWith(451);
  hook.answerWith(503);
  await house.start();
  await eventually('a try that fails', () => hook.posts.length > 0, WITHIN_MS);
  await house.kill('Node and PostgreSQL');
  expect(mail.taken).toEqual([]);

  // The mail is taken, and the house dies before it can note that.
  mail.refuseWith(null);
  let killed: Promise<void> | null = null;
  mail.onTaken(() => {
    killed ??= house.kill('Node alone');
  });
  await house.start();
  await eventually('the mail', () => mail.taken.length === 1, WITHIN_MS);
  await killed;
  mail.onTaken(null);

  const refused = hook.posts.length;
  hook.answerWith(200);
  await house.start();
  const client = new pg.Client(house.database());
  await client.connect();
  const unsent = async () => (await client.query('SELECT FROM ops.outbox WHERE sent_at IS NULL')).rowCount;
  await eventually('everything to be sent', async () => (await unsent()) === 0, WITHIN_MS);

  expect(hook.posts).toHaveLength(refused + 1);
  expect(new Set(hook.posts.map(({ headers }) => headers['gavel-message-id'])).size).toBe(1);
  // Who was killed before the note sends again; the receiver knows it by its id.
  expect(mail.taken).toHaveLength(2);
  expect(new Set(mail.taken.map(({ mail: { messageId } }) => messageId)).size).toBe(1);
  const { rows } = await client.query('SELECT kind, cleared_at FROM ops.alerts');
  expect(rows).toEqual([{ kind: 'certificate-expiring', cleared_at: null }]);

  const list = await house.run('alerts', '--json');
  const [alert] = list.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(alert).toMatchObject({ kind: 'certificate-expiring', severity: 'warning', clearedAt: null });
  expect((await house.run('alerts', 'ack', alert.alertId)).stdout).toContain('was acknowledged by');
  expect((await house.run('alerts', 'ack', 'nothing')).stderr).toContain('there is no alert nothing');
  const silence = ['alerts', 'silence', '--kind', 'certificate-expiring', '--for', '2d', '--reason', 'on order'];
  expect((await house.run(...silence)).stdout).toContain('nobody is told of certificate-expiring until');
  expect((await house.run('alerts')).stdout).toMatch(/acknowledged by .+ at the terminal, silenced until/);
  await client.end();
  expect(await house.stop()).toBe(0);
});

it('tells that PostgreSQL is gone although it can write that nowhere, and ends', async () => {
  const hook = await startWebhookServer();
  undo.push(hook.stop);
  const settings = { GAVEL_ALERT_WEBHOOK: hook.url };
  const house = new KilledHouse(bereft.path, await freePort(), randomBytes(32).toString('hex'), settings);
  undo.push(async () => house.killLeftovers());
  await house.start();
  const [pid] = readFileSync(join(bereft.path, 'postgres', 'data', 'postmaster.pid'), 'utf8').split('\n');
  process.kill(Number(pid), 'SIGKILL');
  await eventually('the alert', () => hook.posts.length > 0, WITHIN_MS);
  expect(JSON.parse(hook.posts[0]?.body ?? '').alert).toMatchObject({ what: 'raised', kind: 'database-unreachable' });
  expect(await house.ended()).not.toBe(0);
  expect(hook.posts).toHaveLength(1);
});
