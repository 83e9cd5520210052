// The only broker of a house dies under load and comes back on its data: API, engine, projector, relay and scheduler are the
// real roles, the bidders real clients who repeat what was not answered.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../../src/config.js';
import type { EmbeddedKafka } from '../../../src/embedded/kafka/embedded-kafka.js';
import { roleConfig } from '../../../src/house/roles/role.js';
import { ROLE_NAMES, ROLES } from '../../../src/house/roles/roles.js';
import type { Undo } from '../../../src/house/undoable.js';
import { PostgresJournal } from '../../../src/journal/postgres/postgres.journal.js';
import { createTopics, topicPlans } from '../../../src/kafka/client/topics.js';
import { PrometheusMetrics } from '../../../src/observability/prometheus.metrics.js';
import { silentLog } from '../../../src/runtime/log.js';
import { verify } from '../../../src/verify/verify.js';
import { Crowd, type Person } from '../../kills/crowd.js';
import { contradictionsIn, gatherEvidence } from '../../kills/evidence.js';
import { send } from '../../kills/house-client.js';
import { Ledger } from '../../kills/ledger.js';
import { person } from '../../kills/people.js';
import { differencesFromFold } from '../../oracle/oracle.js';
import { runtime } from '../../support/api.js';
import { atOnce } from '../../support/at-once.js';
import { eventually } from '../../support/eventually.js';
import { withAdmin } from '../../support/kafka-house.js';
import { LineLog } from '../../support/line-log.js';
import { startMortalKafka } from '../../support/mortal-kafka.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';
import { describeWithKafka } from '../../support/requires.js';
import { scratchDirectory } from '../../support/scratch.js';

const secret = randomBytes(32).toString('hex');
const PACE = { callers: 12, thinkMs: 30 };
/** Every caller's bid, and the seller's listing. */
const WAITING_MAX = PACE.callers + 1;
/** Longer than this from the broker’s first answer to the next bids is a hang; mostly it is some four seconds. */
const BACK_WITHIN_MS = 60_000;

describeWithKafka('a house whose broker dies and comes back', () => {
  const scratch = scratchDirectory('broker-restart');
  const ledger = new Ledger();
  const log = new LineLog();
  const lost: Error[] = [];
  const undo: Undo[] = [];
  let kafka: EmbeddedKafka;
  let database: TestDatabase;
  let url: string;
  let crowd: Crowd;
  let seller: Person;

  beforeAll(async () => {
    kafka = await startMortalKafka(join(scratch.path, 'kafka'));
    undo.push(() => kafka.stop(true));
    database = await freshDatabase(migrated);
    undo.push(() => database.drop());
    await openRoles();
    seller = await person(secret, 'seller', ['seller', 'bidder']);
    const bidders = await Promise.all(Array.from({ length: 20 }, (_, i) => person(secret, `bidder-${i}`, ['bidder'])));
    crowd = new Crowd(() => url, { seller, bidders }, ledger, PACE);
    await crowd.start();
  }, 300_000);
  afterAll(async () => {
    for (const one of undo.toReversed()) await one();
    scratch.remove();
  });

  const openRoles = async (): Promise<void> => {
    const config = loadConfig({
      GAVEL_DATA: join(scratch.path, 'house'),
      GAVEL_POSTGRES_URL: database.connectionString,
      GAVEL_KAFKA_BROKERS: kafka.brokers.join(','),
      GAVEL_JWT_SECRET: secret,
      GAVEL_HTTP_PORT: '0',
      GAVEL_HTTP_ANSWER_TIMEOUT_MS: '1000',
      GAVEL_RATE_PER_ADDRESS: '0',
      GAVEL_RATE_PER_SUBJECT: '0',
    });
    const needs = await roleConfig(config);
    const { topics, kafka: brokers } = needs.config.kafka;
    await withAdmin(kafka.brokers, (admin) =>
      createTopics(admin, topicPlans({ prefix: brokers.prefix, ...topics }), runtime),
    );
    for (const name of ROLE_NAMES.toReversed()) {
      const metrics = new PrometheusMetrics();
      undo.push(() => metrics.close());
      const start = await ROLES[name].load();
      const working = await start(
        { ...needs, role: name, runtime, log, metrics, traces: null, lost: (error) => void lost.push(error) },
        undo,
      );
      if (working.url !== null) url = working.url;
    }
  };
  const accepted = (): number => ledger.answered('accepted').length;
  const ask = async (path: string, body?: object): Promise<Readonly<{ status: number; body: any }>> => {
    const headers = { authorization: `Bearer ${seller.token}`, 'content-type': 'application/json' };
    const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
    const response = await fetch(`${url}${path}`, { headers, ...sent });
    return { status: response.status, body: await response.json() };
  };

  it('puts people off while it is gone, and takes bids again soon after it is back', async () => {
    await eventually('bids under way', () => accepted() > 200, 60_000);
    await kafka.kill(1);
    await eventually('everybody to wait', () => ledger.open().length === WAITING_MAX, 30_000);
    // Reading goes on. A command is put off, and its answer can be asked for later.
    const [auctionId = ''] = crowd.openAuctions();
    expect((await ask(`/auctions/${auctionId}`)).status).toBe(200);
    const own = await ask(`/auctions/${auctionId}/bids`, { amount: '99999900', currency: 'USD' });
    expect(own).toMatchObject({ status: 202, body: { outcome: 'pending' } });

    await kafka.restart(1);
    const backAtMs = performance.now();
    const waiting = ledger.open();
    const atRestart = accepted();
    await eventually('an answer to everybody who waited', () => waiting.every(({ answer }) => answer !== null), 60_000);
    await eventually('new bids', () => accepted() > atRestart + 200, 60_000);
    expect(performance.now() - backAtMs).toBeLessThan(BACK_WITHIN_MS);
    expect(ledger.contradictions).toEqual([]);
    const { body } = await ask(`/commands/${own.body.commandId}`);
    expect(body).toMatchObject({ outcome: 'rejected', reason: 'SellerCannotBid' });
  }, 180_000);

  it('leaves every command with one answer and one effect, in the journal and in Silver', async () => {
    await crowd.stop();
    expect(ledger.open()).toEqual([]);
    const answered = [...ledger.answered('accepted'), ...ledger.answered('rejected')];
    expect(contradictionsIn(await gatherEvidence(database.config), answered)).toEqual([]);
    await atOnce(
      PACE.callers,
      answered.map((asked) => () => send(url, asked, ledger)),
    );
    expect(ledger.contradictions).toEqual([]);
    const journal = new PostgresJournal({ config: database.config, runtime, log: silentLog });
    undo.push(() => journal.close());
    const result = await verify({
      database: database.config,
      journal,
      runtime,
      signal: new AbortController().signal,
      findingsMax: 5,
      lagMaxMs: 10_000,
      now: () => runtime.now(),
      phase: () => undefined,
      progress: () => undefined,
    });
    expect(await differencesFromFold(database.config, journal)).toEqual([]);
    expect(result).toMatchObject({ clean: true });
    expect(lost).toEqual([]);
  }, 120_000);
});
