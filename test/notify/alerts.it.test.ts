// Alerts of a house in PostgreSQL: what raises each, once, and what becomes of it; and their way by the log, SMTP and a webhook.
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { fraudCaseId } from '../../src/domain/ids.js';
import { caseStream, refusalsStream } from '../../src/domain/messages.js';
import { instant, isoTime, later } from '../../src/domain/time.js';
import { Feed } from '../../src/feed/feed.js';
import { PostgresJournal } from '../../src/journal/postgres/postgres.journal.js';
import { ALERT_KINDS, type AlertKind, type Found } from '../../src/notify/alerts/alert-kinds.js';
import { AlertWatch } from '../../src/notify/alerts/alert-watch.js';
import { type AlertRow, AlertsQueries } from '../../src/notify/alerts/alerts.queries.js';
import { expiringCertificates, expiringTokenKeys } from '../../src/notify/alerts/certificates.condition.js';
import type { Condition } from '../../src/notify/alerts/condition.js';
import { archiveLag, consumerLag, parkedStreams } from '../../src/notify/alerts/journal.conditions.js';
import { goneProcesses, shortOfRoom } from '../../src/notify/alerts/process.conditions.js';
import { unusualRefusals } from '../../src/notify/alerts/refusals.condition.js';
import { failedRuns, missedRuns } from '../../src/notify/alerts/runs.conditions.js';
import { emailChannel } from '../../src/notify/channels/email.channel.js';
import { logChannel } from '../../src/notify/channels/log.channel.js';
import { mailerOf } from '../../src/notify/channels/mail.js';
import { signatureOf, webhookChannel } from '../../src/notify/channels/webhook.channel.js';
import { waitingIn } from '../../src/notify/outbox/outbox.js';
import { Sender } from '../../src/notify/outbox/sender.js';
import { startPresence } from '../../src/notify/processes.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { auctionNo, Chronicle, userNo } from '../projections/chronicle.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { LineLog } from '../support/line-log.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';
import { freshDatabase, migrated, poolOn, type TestDatabase } from '../support/postgres.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { startWebhookServer, type WebhookServer } from '../support/webhook-server.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CLEAR_AFTER_MS = MINUTE_MS;
const ESCALATE_AFTER_MS = 30 * MINUTE_MS;

let database: TestDatabase;
let pool: pg.Pool;
let client: pg.Client;
let journal: PostgresJournal;
let feed: Feed;
let clock: ForwardRuntime;
let queries: AlertsQueries;

beforeAll(async () => {
  database = await freshDatabase(migrated);
  pool = poolOn(database);
  client = new pg.Client(database.config);
  await client.connect();
  queries = new AlertsQueries(pool);
});
beforeEach(() => {
  clock = new ForwardRuntime();
  journal = new PostgresJournal({ config: database.config, runtime: clock, log: silentLog });
  feed = new Feed({ journal, runtime: clock });
});
afterEach(async () => {
  await feed.close();
  await journal.close();
  await client.query(`TRUNCATE ops.alerts, ops.silences, ops.outbox, ops.followers, ops.refused_minutes, ops.processes, ops.runs,
    feed.checkpoints, feed.parked_streams, feed.parked_events, bronze.parts`);
});
afterAll(async () => {
  await client.end();
  await pool.end();
  await database.drop();
});

const settings = { channels: ['log'], everyMs: 20, clearAfterMs: CLEAR_AFTER_MS, escalateAfterMs: ESCALATE_AFTER_MS };
function watchOf(
  conditions: readonly Condition[],
  changed: Partial<typeof settings> = {},
  log = silentLog,
): AlertWatch {
  const around = { feed, database: database.config, runtime: clock, log, metrics: silentMetrics };
  return new AlertWatch({ ...around, conditions, settings: { ...settings, ...changed } });
}
const look = (watch: AlertWatch) => watch.look(client, clock.now());
const open = async () => (await queries.alerts({ isOpen: true, now: clock.now() }, { after: null, limit: 50 })).rows;
const all = async () => (await queries.alerts({ isOpen: null, now: clock.now() }, { after: null, limit: 50 })).rows;
const outbox = async () => {
  const { rows } = await client.query('SELECT content FROM ops.outbox ORDER BY written_at, message_id');
  return rows.map(({ content }) => content as { what: string; kind: string; subject: string });
};
const found = (condition: Condition) => condition.look(client, clock.now());

/** A condition that finds what the test says. */
function told(kinds: readonly AlertKind[] = ['disk-short']): Condition & { finds: Found[] | Error } {
  const condition = {
    kinds,
    finds: [] as Found[] | Error,
    look: async () => {
      if (condition.finds instanceof Error) throw condition.finds;
      return condition.finds;
    },
  };
  return condition;
}
const full: Found = { kind: 'disk-short', subject: 'up here', detail: 'The disk is nearly full.' };

describe('an alert', () => {
  it('is raised once while the trouble lasts, clears a minute after it was seen last, and both are told', async () => {
    const condition = told();
    const watch = watchOf([condition]);
    condition.finds = [full, full];
    await look(watch);
    condition.finds = [{ ...full, detail: 'Fuller.' }];
    await look(watch);
    expect(await open()).toMatchObject([
      { kind: 'disk-short', detail: 'Fuller.', severity: 'critical', clearedAt: null },
    ]);
    expect(await outbox()).toMatchObject([{ what: 'raised', detail: full.detail }]);
    condition.finds = [];
    clock.forward(CLEAR_AFTER_MS - 5_000);
    await look(watch);
    expect(await open()).toHaveLength(1);
    clock.forward(5_000);
    await look(watch);
    expect(await open()).toEqual([]);
    condition.finds = [full];
    await look(watch);
    expect((await outbox()).map(({ what }) => what)).toEqual(['raised', 'cleared', 'raised']);
    expect(await all()).toHaveLength(2);
  });

  it('is kept over a restart of who looks, neither lost nor told again', async () => {
    const condition = told();
    condition.finds = [full];
    await look(watchOf([condition]));
    await look(watchOf([condition]));
    condition.finds = [];
    clock.forward(CLEAR_AFTER_MS);
    await look(watchOf([condition]));
    expect((await outbox()).map(({ what }) => what)).toEqual(['raised', 'cleared']);
  });

  it('stays as it is while its condition cannot be looked at, and the others go on', async () => {
    const [blind, other] = [told(), told(['memory-short'])];
    const log = new LineLog();
    const watch = watchOf([blind, other], {}, log);
    blind.finds = [full];
    await look(watch);
    blind.finds = new Error('no such file');
    other.finds = [{ kind: 'memory-short', subject: 'up here', detail: 'Hardly any.' }];
    clock.forward(DAY_MS);
    await look(watch);
    await look(watch);
    expect((await open()).map(({ kind }) => kind).sort()).toEqual(['disk-short', 'memory-short']);
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('is told once more when nobody acknowledges it, and never once somebody has', async () => {
    const condition = told();
    const watch = watchOf([condition]);
    condition.finds = [full, { ...full, subject: 'up there' }];
    await look(watch);
    const [, here] = [...(await open())].sort((a, b) => (a.subject < b.subject ? 1 : -1));
    const acknowledged = await queries.acknowledge(here?.alertId ?? '', 'olga', clock.now());
    expect(acknowledged).toMatchObject({ subject: 'up here', acknowledgedBy: 'olga' });
    expect(await queries.acknowledge(here?.alertId ?? '', 'piet', clock.now())).toMatchObject({
      acknowledgedBy: 'olga',
    });
    expect(await queries.acknowledge(randomUUID(), 'olga', clock.now())).toBeNull();
    clock.forward(ESCALATE_AFTER_MS - 5_000);
    await look(watch);
    expect((await outbox()).filter(({ what }) => what === 'escalated')).toEqual([]);
    clock.forward(5_000);
    await look(watch);
    clock.forward(ESCALATE_AFTER_MS);
    await look(watch);
    expect((await outbox()).filter(({ what }) => what === 'escalated')).toMatchObject([{ subject: 'up there' }]);
  });

  it('that is silenced is kept and not told, until the time is over and it lasts', async () => {
    const condition = told();
    const watch = watchOf([condition]);
    const until = later(clock.now(), 10 * MINUTE_MS);
    const silence = { kind: 'disk-short', subject: 'up here', until, reason: 'moving it', by: 'olga' } as const;
    await queries.silence(silence, randomUUID(), clock.now());
    condition.finds = [full, { ...full, subject: 'up there' }];
    await look(watch);
    expect((await outbox()).map(({ subject }) => subject)).toEqual(['up there']);
    expect(await open()).toHaveLength(2);
    expect((await open()).find(({ subject }) => subject === 'up here')).toMatchObject({
      toldAt: null,
      silencedUntil: until,
    });
    clock.forward(10 * MINUTE_MS);
    await look(watch);
    expect((await outbox()).map(({ subject }) => subject)).toEqual(['up there', 'up here']);
  });

  it('that passed while it was silenced is told to nobody', async () => {
    const condition = told();
    const watch = watchOf([condition]);
    const silence = {
      kind: 'disk-short',
      subject: null,
      until: later(clock.now(), DAY_MS),
      reason: 'x',
      by: 'olga',
    } as const;
    await queries.silence(silence, randomUUID(), clock.now());
    condition.finds = [full];
    await look(watch);
    condition.finds = [];
    clock.forward(CLEAR_AFTER_MS);
    await look(watch);
    expect(await outbox()).toEqual([]);
    expect(await all()).toMatchObject([{ toldAt: null, clearedAt: expect.anything() }]);
  });
});

describe('what is wrong is seen', () => {
  const run = (kind: string, state: string, counts: object = {}, endedAt = clock.now()) =>
    client.query(
      `INSERT INTO ops.runs (run_id, kind, covers_from, covers_to, state, started_at, ended_at, problem, counts)
       VALUES ($1, $2, $3, $4, $5, $4, $6, $7, $8)`,
      [
        randomUUID(),
        kind,
        isoTime(later(endedAt, -DAY_MS)),
        isoTime(endedAt),
        state,
        isoTime(endedAt),
        state === 'succeeded' ? null : 'it broke',
        JSON.stringify(counts),
      ],
    );

  it.each([
    ['run-failed', 'hourly', {}],
    ['ingestion-failed', 'nightly', { hallFailed: 1 }],
    ['bronze-unverified', 'verification', { findings: 2 }],
  ])('%s: until the next good run of its kind', async (kind, of, counts) => {
    await run(of, 'succeeded', counts);
    expect(await found(failedRuns)).toEqual([]);
    clock.forward(1_000);
    await run(of, 'failed', counts);
    expect(await found(failedRuns)).toMatchObject([{ kind, detail: `The ${of} run failed: it broke` }]);
    clock.forward(1_000);
    await run(of, 'succeeded', { hallFailed: 0, findings: 0 });
    expect(await found(failedRuns)).toEqual([]);
  });

  it('run-missed: a run that is overdue by more than the grace, of a house that has been up as long', async () => {
    await new Chronicle(journal).register(userNo(500));
    const graceMs = 60 * MINUTE_MS;
    const startedAt = later(clock.now(), 15 * DAY_MS);
    clock.forward(15 * DAY_MS + graceMs - 5_000);
    const missed = missedRuns(journal, { graceMs, startedAt });
    expect(await found(missed)).toEqual([]);
    clock.forward(5_000);
    const kinds = ['drill', 'hourly', 'nightly', 'verification'];
    expect((await found(missed)).map(({ subject }) => subject).sort()).toEqual(kinds);
    for (const kind of kinds) await run(kind, kind === 'drill' ? 'skipped' : 'succeeded');
    expect(await found(missed)).toEqual([]);
    clock.forward(3 * 3_600_000);
    expect((await found(missed)).map(({ subject }) => subject)).toContain('hourly');
  });

  it('consumer-lag and ingestion-late: an event that is missing for longer than the limit', async () => {
    const lag = consumerLag(journal, MINUTE_MS);
    const archive = archiveLag(journal, MINUTE_MS);
    const head = journal.printPosition((await journal.head()) ?? (0n as never));
    await client.query(
      `INSERT INTO feed.checkpoints VALUES ('silver', 0, 1, $1, 0, now()), ('closings', 0, 1, $1, 0, now())`,
      [head],
    );
    const part = (n: number, last: string) =>
      client.query(
        `INSERT INTO bronze.parts VALUES ('events', $1, jsonb_build_object('last', $2::text), now(), 's', 1, 1, 'd', 'm', now())`,
        [n, last],
      );
    await part(1, head);
    clock.forward(DAY_MS);
    expect([await found(lag), await found(archive)]).toEqual([[], []]);
    const told = new Chronicle(journal);
    await told.register(userNo(501));
    // The journal's clock stands where the machine's does; nothing has been missing for a minute by it.
    const [missing] = await journal.readAll(journal.parsePosition(head), 1);
    const at = (ms: number) => later(missing?.recordedAt ?? instant(0), ms);
    expect(await lag.look(client, at(MINUTE_MS))).toEqual([]);
    expect((await lag.look(client, at(MINUTE_MS + 1))).map(({ subject }) => subject)).toEqual(['closings', 'silver']);
    expect(await archive.look(client, at(MINUTE_MS))).toEqual([]);
    expect(await archive.look(client, at(MINUTE_MS + 1))).toMatchObject([
      { kind: 'ingestion-late', subject: 'bronze' },
    ]);
    const now = journal.printPosition((await journal.head()) ?? (0n as never));
    await client.query(`UPDATE feed.checkpoints SET position = $1 WHERE consumer = 'silver'`, [now]);
    await part(2, now);
    expect((await lag.look(client, at(DAY_MS))).map(({ subject }) => subject)).toEqual(['closings']);
    expect(await archive.look(client, at(DAY_MS))).toEqual([]);
  });

  it('stream-parked: one alert a consumer, and none of a version that is not in use', async () => {
    expect(await found(parkedStreams)).toEqual([]);
    const park = (consumer: string, n: number) =>
      client.query(`INSERT INTO feed.parked_streams VALUES ($1, $2, 0, 3, 7, 'BidPlaced', 'broken', now())`, [
        consumer,
        `auction-${auctionNo(n)}`,
      ]);
    await park('silver', 1);
    await park('silver', 2);
    await client.query(`INSERT INTO feed.versions VALUES ('silver next', 'silver', 'm', now())`);
    await park('silver next', 1);
    expect(await found(parkedStreams)).toMatchObject([
      { subject: 'silver', detail: expect.stringContaining('has parked 2 streams') },
    ]);
    await client.query('DELETE FROM feed.versions');
  });

  it('refusals-unusual: more than the least and more than five times the usual', async () => {
    const unusual = unusualRefusals({ countMin: 100, timesUsual: 5 });
    const refuse = (minutesAgo: number, refused: number) =>
      client.query('INSERT INTO ops.refused_minutes VALUES ($1, $2)', [
        isoTime(later(clock.now(), -minutesAgo * MINUTE_MS)),
        refused,
      ]);
    await refuse(2, 99);
    expect(await found(unusual)).toEqual([]);
    await refuse(3, 1);
    expect(await found(unusual)).toMatchObject([
      { kind: 'refusals-unusual', detail: expect.stringContaining('100 commands') },
    ]);
    // 20 in ten minutes are usual: five times that is ordinary.
    await refuse(60, 20 * 144);
    expect(await found(unusual)).toEqual([]);
    await refuse(4, 1);
    expect(await found(unusual)).toHaveLength(1);
  });

  it('engine-gone: a process that falls silent without a goodbye, until another takes its place', async () => {
    const gone = goneProcesses(30_000);
    const parts = { pool, dataDirectory: '/', runtime: clock, log: silentLog, metrics: silentMetrics, everyMs: 10 };
    const [stay, leave] = [startPresence({ ...parts, role: 'engine' }), startPresence({ ...parts, role: 'api' })];
    const seen = async (role: string) =>
      (await pool.query('SELECT FROM ops.processes WHERE role = $1', [role])).rowCount;
    await eventually('signs of life', async () => (await seen('engine')) === 1 && (await seen('api')) === 1);
    expect(await found(gone)).toEqual([]);
    await leave();
    await stay();
    await client.query(`UPDATE ops.processes SET left_at = NULL WHERE role = 'engine'`);
    clock.forward(31_000);
    expect(await found(gone)).toMatchObject([
      { kind: 'engine-gone', subject: expect.stringMatching(/^engine .+ \d+$/) },
    ]);
    const other = startPresence({ ...parts, role: 'engine' });
    await eventually('another engine', async () => (await found(gone)).length === 0);
    await other();
  });

  it('disk-short and memory-short: a living process below its share', async () => {
    const short = shortOfRoom({ diskFreeMin: 0.05, memoryFreeMin: 0.1, silentMs: 30_000 });
    const say = (disk: number, memory: number | null) =>
      client.query(
        `INSERT INTO ops.processes VALUES ('0190000f-0000-7000-8000-000000000001', 'engine', 'here', 1, $1, $1, NULL, $2, $3)
         ON CONFLICT (process_id) DO UPDATE SET disk_free = $2, memory_free = $3`,
        [isoTime(clock.now()), disk, memory],
      );
    await say(0.0501, 0.101);
    expect(await found(short)).toEqual([]);
    await say(0.0499, 0.099);
    expect((await found(short)).map(({ kind, subject }) => `${kind} ${subject}`)).toEqual([
      'disk-short engine here',
      'memory-short engine here',
    ]);
    await say(0.5, null);
    expect(await found(short)).toEqual([]);
  });

  describe('certificate-expiring and token-key-expiring', () => {
    let scratch: Scratch;
    let file: string;
    beforeAll(() => {
      scratch = scratchDirectory('certificates');
      file = join(scratch.path, 'house.pem');
      const made = [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '30',
      ];
      const out = ['-subj', '/CN=house.example', '-keyout', join(scratch.path, 'key.pem'), '-out', file];
      execFileSync('openssl', [...made, ...out], { stdio: 'ignore' });
    });
    afterAll(() => scratch.remove());

    it('on both sides of the limit, and for a file that is none', async () => {
      expect(await found(expiringCertificates([file], 29 * DAY_MS))).toEqual([]);
      expect(await found(expiringCertificates([file], 31 * DAY_MS))).toMatchObject([
        { subject: file, detail: expect.stringContaining('expires at') },
      ]);
      clock.forward(31 * DAY_MS);
      expect(await found(expiringCertificates([file], 0))).toMatchObject([
        { detail: expect.stringContaining('has expired') },
      ]);
      const none = join(scratch.path, 'none.pem');
      expect(await found(expiringCertificates([none], 0))).toMatchObject([
        { detail: expect.stringContaining('cannot be read') },
      ]);
      writeFileSync(none, 'nothing');
      expect(await found(expiringCertificates([none], 0))).toMatchObject([
        { detail: expect.stringContaining('holds no certificate') },
      ]);
    });

    it('for keys that tell when they end, and for a provider that does not answer', async () => {
      const exp = Math.floor(clock.now() / 1_000) + 86_400;
      const keys = async () => [{ kid: 'a', exp }, { kid: 'b' }];
      expect(await found(expiringTokenKeys(keys, DAY_MS - 5_000))).toEqual([]);
      expect(await found(expiringTokenKeys(keys, DAY_MS))).toMatchObject([{ subject: 'key a' }]);
      const silent = () => Promise.reject(new Error('no answer'));
      expect(await found(expiringTokenKeys(silent, DAY_MS))).toMatchObject([{ subject: 'keys' }]);
      expect(await found(expiringTokenKeys(async () => [], DAY_MS))).toMatchObject([{ subject: 'keys' }]);
    });
  });

  it('bidder-flood: from the journal, from now on, once, and gone when it has been quiet for its time', async () => {
    const told = new Chronicle(journal);
    const flood = (n: number) =>
      told.record(refusalsStream(auctionNo(n)), {
        type: 'FloodRejected',
        actorId: userNo(9),
        count: 40,
        firstAt: clock.now(),
        lastAt: clock.now(),
      });
    await flood(70);
    const watch = watchOf([]);
    watch.start();
    const follows = async () => (await client.query('SELECT FROM ops.followers')).rowCount === 1;
    await eventually('the follower to begin', follows);
    await flood(71);
    await flood(72);
    await eventually('the alert', async () => (await open()).length === 1);
    await eventually('both to be counted', async () => {
      const { rows } = await client.query('SELECT sum(refused)::integer AS refused FROM ops.refused_minutes');
      return rows[0].refused === 80;
    });
    await watch.drain();
    expect(await open()).toMatchObject([{ kind: 'bidder-flood', subject: userNo(9), severity: 'warning' }]);
    await look(watchOf([]));
    clock.forward(14 * MINUTE_MS);
    await look(watchOf([]));
    expect(await open()).toHaveLength(1);
    clock.forward(MINUTE_MS);
    await look(watchOf([]));
    expect(await open()).toEqual([]);
    expect((await outbox()).map(({ what }) => what)).toEqual(['raised', 'cleared']);
  });

  it('fraud-case: from its opening until a person has decided it, and again when it is opened again', async () => {
    const told = new Chronicle(journal);
    const id = fraudCaseId('01900007-0000-7000-8000-000000000001');
    const opened = {
      type: 'FraudCaseOpened',
      sellerId: userNo(1),
      modelVersion: 1,
      accounts: [{ bidderId: userNo(2), flaggedAuctions: 3, auctions: 4, concentration: 1, score: 0.9, reasons: [] }],
      bonds: [],
      openedAt: clock.now(),
    } as const;
    const dismissed = {
      type: 'FraudCaseDismissed',
      reason: 'no',
      mutes: [],
      dismissedBy: null,
      dismissedAt: clock.now(),
    } as const;
    const watch = watchOf([]);
    watch.start();
    await eventually(
      'the follower to begin',
      async () => (await client.query('SELECT FROM ops.followers')).rowCount === 1,
    );
    await told.record(caseStream(id), opened);
    await eventually('the alert', async () => (await open()).length === 1);
    expect(await open()).toMatchObject([
      { kind: 'fraud-case', subject: id, detail: expect.stringContaining(userNo(2)) },
    ]);
    await told.record(caseStream(id), dismissed);
    await eventually('its end', async () => (await open()).length === 0);
    await told.record(caseStream(id), opened, dismissed, opened);
    await eventually('the alert again', async () => (await open()).length === 1);
    await watch.drain();
    clock.forward(60 * DAY_MS);
    await look(watchOf([]));
    expect(await open()).toHaveLength(1);
    expect(JSON.stringify(await all())).not.toContain('0.9');
  });
});

describe('a message', () => {
  let mail: MailServer;
  let hook: WebhookServer;
  let log: LineLog;
  let sender: Sender;
  const secret = new TextEncoder().encode('not a real secret, but 32 bytes long');

  beforeEach(async () => {
    [mail, hook, log] = [await startMailServer(), await startWebhookServer(), new LineLog()];
    const server = new URL(mail.url);
    [server.username, server.password] = ['gavel', 'not-a-real-password'];
    const mailer = mailerOf({ server, from: 'Gavel <gavel@house.example>' });
    const channels = new Map([
      ['log', logChannel(log)],
      ['email', emailChannel(mailer, { to: ['ops@house.example'], escalateTo: ['boss@house.example'] })],
      ['webhook', webhookChannel({ url: new URL(hook.url), secret }, clock)],
    ]);
    sender = new Sender({ database: database.config, channels, runtime: clock, log, pollMs: 10 });
  });
  afterEach(async () => {
    await sender.drain();
    await mail.stop();
    await hook.stop();
  });

  const raise = async (what: Found = full) => {
    const condition = told();
    condition.finds = [what];
    const watch = watchOf([condition], { channels: ['log', 'email', 'webhook'] });
    await look(watch);
    return watch;
  };
  const waiting = async () =>
    (await client.query('SELECT channel, tries, problem, given_up_at FROM ops.outbox WHERE sent_at IS NULL')).rows;
  const allSent = () => eventually('everything to be sent', async () => (await waiting()).length === 0);

  it('goes to every channel once, and reads as it should', async () => {
    const watch = await raise();
    sender.start();
    await allSent();
    clock.forward(ESCALATE_AFTER_MS);
    await look(watch);
    await allSent();
    const [alert] = (await open()) as [AlertRow];
    expect(mail.taken.map(({ to, mail: { subject } }) => [to, subject])).toEqual([
      [['ops@house.example'], '[gavel] ALERT critical: disk-short up here'],
      [['ops@house.example', 'boss@house.example'], '[gavel] NOBODY HAS ANSWERED critical: disk-short up here'],
    ]);
    expect(mail.taken[0]?.mail.text).toContain('docs/runbook.md#alert-disk-or-memory-short');
    expect(mail.taken[0]?.mail.text).toContain(`gavel alerts ack ${alert.alertId}`);
    expect(mail.taken[0]?.mail.headers.get('auto-submitted')).toBe('auto-generated');
    const [post] = hook.posts;
    expect(hook.posts).toHaveLength(2);
    const [, seconds = ''] = /^t=(\d+),v1=[0-9a-f]{64}$/.exec(`${post?.headers['gavel-signature']}`) ?? [];
    expect(post?.headers['gavel-signature']).toBe(signatureOf(secret, Number(seconds), post?.body ?? ''));
    expect(JSON.parse(post?.body ?? '')).toMatchObject({
      text: expect.stringContaining('The disk is nearly full.'),
      alert: { alertId: alert.alertId, what: 'raised', kind: 'disk-short' },
    });
    expect(mail.taken[0]?.mail.messageId).toMatch(/^<[0-9a-f-]{36}@house\.example>$/);
    expect(log.lines.filter(({ message }) => message.startsWith('alert '))).toMatchObject([
      { level: 'error', fields: { alert: 'disk-short' }, message: 'alert raised' },
      { level: 'error', message: 'alert escalated' },
    ]);
  });

  it('counts as waiting from when it is due until it is sent', async () => {
    await raise();
    clock.forward(1_500);
    const [email, log, hooked] = await waitingIn(client, clock.now());
    expect([email, log, hooked]).toMatchObject(
      ['email', 'log', 'webhook'].map((channel) => ({ channel, messages: 1 })),
    );
    expect(email?.oldestMs).toBeGreaterThanOrEqual(1_500);
    sender.start();
    await allSent();
    expect(await waitingIn(client, clock.now())).toEqual([]);
  });

  it('is tried again where a channel does not take it, under the same id, and holds up no other', async () => {
    hook.answerWith(500);
    mail.refuseWith(451);
    await raise();
    sender.start();
    await eventually('a second try of both', async () => {
      clock.forward(1_000);
      const tries = (await waiting()).map(({ tries: count }) => count as number);
      return tries.length === 2 && tries.every((count) => count >= 2);
    });
    expect(log.lines.some(({ message }) => message === 'alert raised')).toBe(true);
    expect((await waiting()).map(({ problem }) => problem).sort()).toEqual([
      'the mail server did not take the message (EMESSAGE 451)',
      'the webhook answered 500',
    ]);
    hook.answerWith(204);
    mail.refuseWith(null);
    await eventually('everything to be sent', async () => {
      clock.forward(300_000);
      return (await waiting()).length === 0;
    });
    expect(mail.taken).toHaveLength(1);
    expect(new Set(hook.posts.map(({ headers }) => headers['gavel-message-id'])).size).toBe(1);
    expect(log.lines.filter(({ message }) => message.startsWith('a message could not'))).toHaveLength(2);
  });

  it('is given up when the mail server refuses it for good, and others after three days', async () => {
    hook.answerWith(404);
    mail.refuseWith(550);
    await raise();
    sender.start();
    const givenUp = async () =>
      (await waiting()).filter(({ given_up_at: at }) => at !== null).map(({ channel }) => channel);
    await eventually('the mail to be given up', async () => (await givenUp()).includes('email'));
    expect(await givenUp()).toEqual(['email']);
    clock.forward(3 * DAY_MS + 1_000);
    await eventually('the webhook to be given up', async () => (await givenUp()).length === 2);
    expect(log.lines.filter(({ message }) => message === 'a message was given up')).toHaveLength(2);
    expect(JSON.stringify(log.lines)).not.toContain('ops@house.example');
  });
});

it('names every kind in some condition or fact', () => {
  // A kind that nothing can find would be a promise that nobody keeps.
  // The database's own stands in no table: database-watch.it.test.ts.
  const byFacts: readonly AlertKind[] = ['bidder-flood', 'fraud-case', 'database-unreachable'];
  const conditions = [
    parkedStreams,
    consumerLag(journal, 0),
    archiveLag(journal, 0),
    failedRuns,
    missedRuns(journal, { graceMs: 0, startedAt: clock.now() }),
    unusualRefusals({ countMin: 1, timesUsual: 1 }),
    goneProcesses(0),
    shortOfRoom({ diskFreeMin: 0, memoryFreeMin: 0, silentMs: 0 }),
    expiringCertificates([], 0),
    expiringTokenKeys(async () => [], 0),
  ];
  expect([...byFacts, ...conditions.flatMap(({ kinds }) => kinds)].sort()).toEqual([...ALERT_KINDS].sort());
});
