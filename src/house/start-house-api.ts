// The API on the parts of a house, in one process with them or by itself.
import type pg from 'pg';
import type { ApiDeps } from '../api/api.deps.js';
import { type Api, startApi } from '../api/api.js';
import type { TokenSettings } from '../api/api.settings.js';
import { GoldQueries } from '../batch/gold/gold.queries.js';
import type { Config } from '../config.js';
import { lookUpOutcome } from '../engine/outcomes.js';
import type { Journal, Position } from '../journal/journal.js';
import { AlertsQueries } from '../notify/alerts/alerts.queries.js';
import { MailQueries } from '../notify/mail/mail.queries.js';
import { OwnLists } from '../own-lists/own-lists.js';
import { StripePaymentService } from '../payments/stripe.payment-service.js';
import { AuditQueries } from '../projections/silver/audit.queries.js';
import { DocumentsQueries } from '../projections/silver/documents.queries.js';
import { LiveFiguresQueries } from '../projections/silver/live-figures.queries.js';
import { PayoutsQueries } from '../projections/silver/payouts.queries.js';
import { SalesQueries } from '../projections/silver/sales.queries.js';
import type { SilverQueries } from '../projections/silver/silver.queries.js';
import { TalkQueries } from '../projections/silver/talk.queries.js';
import type { Log } from '../runtime/log.js';
import { RunsQueries } from '../scheduler/runs/runs.queries.js';
import { noteAddress } from './addresses.js';
import { cannotListen } from './cannot-listen.js';
import { developmentPeople } from './development-users.js';
import { erasureOf } from './eraser.js';
import { termsForLog } from './house-file.js';
import { beginOperation } from './operations.js';
import { ownData } from './own-data.js';
import { mailLinksOf } from './people-mail.js';
import { erasureListOf, keyStoreOf } from './personal.js';
import { photosOf } from './photos.js';
import { signInOf } from './sign-in.js';
import type { Undo } from './undoable.js';
import { workingsOf } from './workings.js';

export type HouseApiParts = Pick<
  ApiDeps,
  'bus' | 'live' | 'fraudCases' | 'metrics' | 'traces' | 'log' | 'runtime' | 'ready'
> &
  Readonly<{
    config: Config;
    tokens: TokenSettings;
    journal: Journal;
    postgres: pg.ClientConfig;
    /** For queries. */
    pool: pg.Pool;
    silver: SilverQueries;
    /** How far Silver has come. */
    silverStands: () => Promise<Position | null>;
  }>;

/** Starts it. A port that cannot be had is told in one sentence that names the setting. */
export async function startHouseApi(parts: HouseApiParts, undo: Undo[]): Promise<Api> {
  const { config, tokens, journal, postgres, pool, silver, silverStands, ...around } = parts;
  const [keys, list] = [keyStoreOf(config), erasureListOf(config)];
  around.log.info(termsForLog(config), 'the terms of this house');
  const photos = await photosOf({ config, runtime: around.runtime }, undo);
  const api = await startApi({
    ...around,
    settings: { ...config.api, tokens },
    queries: silver,
    gold: new GoldQueries(pool),
    liveFigures: new LiveFiguresQueries(pool),
    mailLinks: mailLinksOf(config, tokens),
    mailReaders: config.mail?.people == null ? null : new MailQueries(pool),
    runs: new RunsQueries(pool),
    alerts: new AlertsQueries(pool),
    workings: workingsOf({ journal, silver, postgres, list, runtime: around.runtime }),
    documents: new DocumentsQueries(pool),
    payouts: new PayoutsQueries(pool),
    sales: new SalesQueries(pool),
    ownLists: new OwnLists(pool),
    talk: new TalkQueries(pool),
    audit: new AuditQueries(pool),
    beginOperation: beginOperation(journal, around.runtime),
    commandLookup: (commandId, actorId) => lookUpOutcome(journal, commandId, actorId),
    payments: config.stripe === null ? null : new StripePaymentService(config.stripe),
    keyStore: keys,
    photos,
    ownData: (userId) => ownData({ pool, journal, keys }, userId),
    people: developmentPeople(config, tokens, around.runtime),
    signIn: signInOf({ config, tokens, postgres, pool, runtime: around.runtime }, undo),
    messageSchemas: async () => (await import('./message-schemas.js')).messageSchemas(),
    erasure: erasureOf({
      ...{ journal, silver, silverStands, keys, list, pool, runtime: around.runtime },
      forgetPhotos: (userId) => photos.forget(userId),
    }),
  }).catch((error: unknown) => {
    throw cannotListen(config.api, error);
  });
  undo.push(() => api.close());
  undo.push(await noted(config, api.url, around.log));
  return api;
}

/** A house that cannot note its address, on a read-only disk say, is open all the same: commands name it with --url. */
async function noted({ dataDirectory }: Config, url: string, log: Log): Promise<Undo> {
  try {
    return await noteAddress(dataDirectory, url);
  } catch (error) {
    log.warn({ dataDirectory, error: String(error) }, 'the address could not be noted: commands need --url');
    return () => undefined;
  }
}
