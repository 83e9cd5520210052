// The edge over real HTTP: on a real house (PostgreSQL, engine, Silver), or on a bus that answers as a test scripts it.

import type pg from 'pg';
import type { ApiDeps, ApiQueries } from '../../src/api/api.deps.js';
import { type Api, startApi } from '../../src/api/api.js';
import type { ApiSettings, TokenKey } from '../../src/api/api.settings.js';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import type { CommandBus, CommandEnvelope, Outcome } from '../../src/bus/command-bus.js';
import { loadConfig } from '../../src/config.js';
import type { Role } from '../../src/domain/actor.js';
import type { UserId } from '../../src/domain/ids.js';
import { lookUpOutcome } from '../../src/engine/outcomes.js';
import { erasureOf } from '../../src/house/eraser.js';
import { type House, openHouse } from '../../src/house/house.js';
import { messageSchemas } from '../../src/house/message-schemas.js';
import { beginOperation } from '../../src/house/operations.js';
import { ownData } from '../../src/house/own-data.js';
import { workingsOf } from '../../src/house/workings.js';
import { LiveAuctions, type LiveParts } from '../../src/live/live.queries.js';
import { LiveNews } from '../../src/live/news.queries.js';
import { AlertsQueries } from '../../src/notify/alerts/alerts.queries.js';
import { MailQueries } from '../../src/notify/mail/mail.queries.js';
import { PrometheusMetrics } from '../../src/observability/prometheus.metrics.js';
import { OwnLists } from '../../src/own-lists/own-lists.js';
import type { KeyStore } from '../../src/personal-data/key-store.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { AuditQueries } from '../../src/projections/silver/audit.queries.js';
import { PayoutsQueries } from '../../src/projections/silver/payouts.queries.js';
import { SalesQueries } from '../../src/projections/silver/sales.queries.js';
import { TalkQueries } from '../../src/projections/silver/talk.queries.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { RunsQueries } from '../../src/scheduler/runs/runs.queries.js';
import { eventually } from './eventually.js';
import { LineLog } from './line-log.js';
import { MemoryErasureList } from './memory.erasure-list.js';
import { freshDatabase, migrated } from './postgres.js';
import { type Reply, request, type Send } from './request.js';

export const secret = new TextEncoder().encode('a secret that only tests know, of 32 bytes');
export const key: TokenKey = { kind: 'secret', secret };
export const runtime = new SystemRuntime();

const config = loadConfig({});
export const settings: ApiSettings = {
  ...config.api,
  port: 0,
  web: false,
  limits: { ...config.api.limits, perSubjectPerMinute: 0, perAddressPerMinute: 0 },
  tokens: { key, issuer: null, audience: null, lifetimeMaxMs: 86_400_000, cacheMax: 1_000 },
};

/** A token for an hour. */
export const tokenFor = (userId: UserId, ...roles: Role[]): Promise<string> => tokenLasting(3_600, userId, ...roles);

/** A token for so many seconds. */
export const tokenLasting = (lifetimeS: number, userId: UserId, ...roles: Role[]): Promise<string> =>
  signDevelopmentToken({ key, issuer: null, audience: null }, { userId, roles, lifetimeS, now: runtime.now() });

const noAlerts: ApiDeps['alerts'] = {
  alerts: async () => ({ rows: [], next: null }),
  changed: async () => [],
  acknowledge: async () => null,
  silence: () => Promise.reject(new Error('no silence was expected')),
};

const noOwnLists: ApiDeps['ownLists'] = {
  watch: async () => 'unknown',
  unwatch: async () => false,
  watched: async () => [],
  save: async () => 'too many',
  searches: async () => [],
  search: async () => null,
  remove: async () => false,
};

const noTalk: ApiDeps['talk'] = {
  questions: async () => ({ rows: [], next: null }),
  questionsToAnswer: async () => [],
  feedbackAbout: async () => ({ rows: [], next: null }),
  feedbackCounts: async () => ({ positive: 0, neutral: 0, negative: 0 }),
  feedbackDue: async () => [],
};

const noErasure: ApiDeps['erasure'] = {
  tiesOf: () => Promise.reject(new Error('no erasure was expected')),
  carryOut: () => Promise.reject(new Error('no erasure was expected')),
};

const noWorkings: ApiDeps['workings'] = {
  state: async () => ({ eventsRecorded: 0n, consumers: [] }),
  parked: async () => [],
  replay: async () => ({ status: 'not parked' }),
  erased: async () => [],
};

export class TestApi {
  readonly keys: KeyStore;
  private constructor(
    readonly api: Api,
    readonly deps: ApiDeps,
    readonly log: LineLog,
    private readonly metrics: PrometheusMetrics,
  ) {
    this.keys = deps.keyStore;
  }

  static async start(parts: Partial<ApiDeps> = {}): Promise<TestApi> {
    const log = new LineLog();
    const metrics = new PrometheusMetrics();
    const deps: ApiDeps = {
      settings,
      bus: scriptedBus(() => Promise.reject(new Error('no command was expected'))),
      queries: noQueries,
      gold: { rows: () => Promise.resolve({ ...empty, lineage: null }) },
      live: liveOf(noSilver),
      runs: { runs: async () => ({ rows: [], next: null }) },
      fraudCases: noCases,
      documents: noDocuments,
      payouts: noPayouts,
      sales: noSales,
      payments: null,
      alerts: noAlerts,
      ownLists: noOwnLists,
      talk: noTalk,
      mailLinks: null,
      mailReaders: null,
      workings: noWorkings,
      audit: { entries: async () => ({ rows: [], next: null }) },
      beginOperation: async () => undefined,
      liveFigures: { figures: async () => ({ openAuctions: 0, bids: 0, flaggedBids: 0, byMinute: [], refusals: [] }) },
      commandLookup: () => Promise.resolve(null),
      keyStore: new MemoryKeyStore(),
      people: null,
      signIn: null,
      photos: null,
      ownData: async function* () {
        yield '{}';
      },
      erasure: noErasure,
      metrics,
      traces: null,
      log,
      runtime,
      messageSchemas: async () => messageSchemas(),
      ready: () => Promise.resolve({ journal: { ready: true, detail: 'at position 7' } }),
      ...parts,
    };
    try {
      return new TestApi(await startApi(deps), deps, log, metrics);
    } catch (error) {
      metrics.close();
      throw error;
    }
  }

  get url(): string {
    return this.api.url;
  }

  send(method: string, path: string, send: Send = {}): Promise<Reply> {
    return request(this.url, method, path, send);
  }

  get(path: string, token?: string): Promise<Reply> {
    return this.send('GET', path, token === undefined ? {} : { token });
  }

  post(path: string, token: string, body?: unknown): Promise<Reply> {
    return this.send('POST', path, body === undefined ? { token } : { token, body });
  }

  async close(): Promise<void> {
    await this.api.close();
    this.metrics.close();
  }
}

/** A bus that answers every command as `judge` says. */
export function scriptedBus(judge: (envelope: CommandEnvelope) => Promise<Outcome>): CommandBus {
  return {
    partitions: 1,
    submit: judge,
    run: () => {
      throw new Error('this bus has no engine');
    },
    depth: () => 0,
    drain: () => Promise.resolve(),
  };
}

/** A bus that answers when the test says so: `answers` holds a function for each command that waits. */
export function heldBus(): Readonly<{ bus: CommandBus; answers: readonly ((outcome: Outcome) => void)[] }> {
  const answers: ((outcome: Outcome) => void)[] = [];
  const wait = (): Promise<Outcome> =>
    new Promise((resolve) => {
      answers.push(resolve);
    });
  return { bus: scriptedBus(wait), answers };
}

const empty = { rows: [], next: null };
/** A Silver with nothing in it. */
export const noQueries: ApiQueries = {
  auction: () => Promise.resolve(null),
  listedFees: () => Promise.resolve(null),
  auctions: () => Promise.resolve(empty),
  auctionsOf: () => Promise.resolve([]),
  categories: () => Promise.resolve([]),
  bids: () => Promise.resolve(empty),
  ownBids: () => Promise.resolve(empty),
  user: () => Promise.resolve(null),
  users: () => Promise.resolve(empty),
  ownUser: () => Promise.resolve(null),
  offersTo: () => Promise.resolve(empty),
  retractionRequests: () => Promise.resolve(empty),
  voidingProposals: () => Promise.resolve(empty),
  transaction: () => Promise.resolve(null),
  transactionsOf: () => Promise.resolve(empty),
  transactions: () => Promise.resolve(empty),
};

export const noPayouts: ApiDeps['payouts'] = {
  payoutRun: () => Promise.resolve(null),
  payoutRuns: () => Promise.resolve(empty),
  payoutsOf: () => Promise.resolve(empty),
  toPay: () => Promise.resolve([]),
};

export const noDocuments: ApiDeps['documents'] = {
  invoice: () => Promise.resolve(null),
  invoices: () => Promise.resolve(empty),
  taxPosition: () => Promise.resolve(null),
  taxNumbersToJudge: () => Promise.resolve(empty),
};

export const noSales: ApiDeps['sales'] = {
  sale: () => Promise.resolve(null),
  sales: () => Promise.resolve(empty),
  lots: () => Promise.resolve(empty),
  placeOf: () => Promise.resolve(null),
  paddleOf: () => Promise.resolve(null),
  paddles: () => Promise.resolve(empty),
};

const nothingDecided = { confirmed: 0, dismissed: 0, sampled: 0, sampledDecided: 0, sampledConfirmed: 0 };
const noCases: ApiDeps['fraudCases'] = {
  cases: () => Promise.resolve(empty),
  casesChanged: () => Promise.resolve([]),
  fraudCase: () => Promise.resolve(null),
  review: () => Promise.resolve({ ...nothingDecided, precision: null, missedAbout: null, recall: null }),
};

const noSilver: LiveParts['silver'] = { auction: () => Promise.resolve(null), concerns: () => Promise.resolve([]) };

/** Live prices that are fed by hand. */
export function liveOf(silver: LiveParts['silver'], tickMs = 1): ApiDeps['live'] {
  const parts = { silver, runtime, log: silentLog, settings: { tickMs, auctionsMax: 1_000, bytesMax: 134_217_728 } };
  return {
    auctions: new LiveAuctions({ ...parts, journal: { lastRevision: async () => -1 } }),
    news: new LiveNews({ ...parts, personalFacts: async () => null }),
  };
}

type HouseParts = Readonly<{
  metrics?: PrometheusMetrics;
  /** Keeps photos, for auctions of this house. */
  photosWith?: () => Promise<ApiDeps['photos']>;
  /** Signs people in, on the tables of this house. */
  signInWith?: (house: House) => ApiDeps['signIn'];
}>;

/** The edge on a whole house with a database of its own. */
export class ApiHouse {
  private constructor(
    readonly http: TestApi,
    readonly house: House,
    /** What the house behind the edge logs. */
    readonly log: LineLog,
    private readonly drop: () => Promise<void>,
    /** Its database, for a test that has to break something. */
    readonly postgres: pg.ClientConfig,
  ) {}

  /** `metrics` and `runtime`, if given, are the house's as well as the edge's. */
  static async open(parts: Partial<Omit<ApiDeps, 'metrics'>> & HouseParts = {}): Promise<ApiHouse> {
    const database = await freshDatabase(migrated);
    const log = new LineLog();
    const house = await openHouse({
      postgres: database.config,
      config,
      runtime: parts.runtime ?? runtime,
      log,
      metrics: parts.metrics ?? silentMetrics,
      traces: parts.traces ?? null,
    });
    const { journal, silver, consumers } = house;
    const silverStands = async () => consumers.silver.status().position;
    const photos = (await parts.photosWith?.()) ?? null;
    const keys = new MemoryKeyStore();
    const list = new MemoryErasureList();
    const erasure = erasureOf({
      journal,
      silver,
      silverStands,
      keys,
      pool: house.pool,
      forgetPhotos: async (userId) => photos?.forget(userId),
      list,
      runtime: parts.runtime ?? runtime,
    });
    const http = await TestApi.start({
      bus: house.bus,
      keyStore: keys,
      people: null,
      erasure,
      queries: house.silver,
      runs: new RunsQueries(house.pool),
      fraudCases: house.fraudCases,
      documents: house.documents,
      payouts: new PayoutsQueries(house.pool),
      sales: new SalesQueries(house.pool),
      alerts: new AlertsQueries(house.pool),
      ownLists: new OwnLists(house.pool),
      talk: new TalkQueries(house.pool),
      mailReaders: new MailQueries(house.pool),
      live: house.live,
      audit: new AuditQueries(house.pool),
      beginOperation: beginOperation(journal, parts.runtime ?? runtime),
      workings: workingsOf({ journal, silver, postgres: database.config, list, runtime: parts.runtime ?? runtime }),
      commandLookup: (commandId, actorId) => lookUpOutcome(house.journal, commandId, actorId),
      signIn: parts.signInWith?.(house) ?? null,
      photos,
      ownData: (userId) => ownData({ pool: house.pool, journal, keys }, userId),
      ...parts,
    });
    return new ApiHouse(http, house, log, () => database.drop(), database.config);
  }

  /** Resolves when Silver shows everything that the journal holds now. */
  async caughtUp(): Promise<void> {
    const { journal, consumers } = this.house;
    const head = await journal.head();
    await eventually(
      'Silver to catch up with the journal',
      () => journal.comparePositions(consumers.silver.status().position, head) >= 0,
    );
  }

  async close(): Promise<void> {
    await this.http.close();
    await this.house.drain();
    await this.drop();
  }
}
