// What the edge stands on. The mains hand it over; nothing in this folder makes any of it.
import type { GoldQueries } from '../batch/gold/gold.queries.js';
import type { CommandBus, Outcome } from '../bus/command-bus.js';
import type { Operation } from '../domain/house/operation.events.js';
import type { CommandId, UserId } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';
import type { Ties } from '../domain/user/user.commands.js';
import type { LiveAuctions } from '../live/live.queries.js';
import type { LiveNews } from '../live/news.queries.js';
import type { AlertsQueries } from '../notify/alerts/alerts.queries.js';
import type { MailQueries } from '../notify/mail/mail.queries.js';
import type { OwnLists } from '../own-lists/own-lists.js';
import type { PaymentService } from '../payments/payment-service.js';
import type { KeyStore } from '../personal-data/key-store.js';
import type { AuditQueries } from '../projections/silver/audit.queries.js';
import type { DocumentsQueries } from '../projections/silver/documents.queries.js';
import type { FraudCaseQueries } from '../projections/silver/fraud-cases.queries.js';
import type { LiveFiguresQueries } from '../projections/silver/live-figures.queries.js';
import type { PayoutsQueries } from '../projections/silver/payouts.queries.js';
import type { SalesQueries } from '../projections/silver/sales.queries.js';
import type { SilverQueries } from '../projections/silver/silver.queries.js';
import type { TalkQueries } from '../projections/silver/talk.queries.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Traces } from '../runtime/traces.js';
import type { RunsQueries } from '../scheduler/runs/runs.queries.js';
import type { ApiSettings } from './api.settings.js';
import type { DevelopmentPeople } from './pages/development-people.js';
import type { PhotosDeps } from './photos/photos.deps.js';
import type { SignInDeps } from './sign-in/sign-in.deps.js';

/** What the edge asks of Silver. */
export type ApiQueries = Pick<
  SilverQueries,
  | 'auction'
  | 'listedFees'
  | 'auctions'
  | 'auctionsOf'
  | 'categories'
  | 'bids'
  | 'ownBids'
  | 'user'
  | 'users'
  | 'ownUser'
  | 'offersTo'
  | 'retractionRequests'
  | 'voidingProposals'
  | 'transaction'
  | 'transactionsOf'
  | 'transactions'
>;

/** What became of a command, from the journal; null for one that was never recorded, or that somebody else sent. */
export type CommandLookup = (commandId: CommandId, actorId: UserId) => Promise<Outcome | null>;

/** What erasing a person takes beside the command. */
export interface Erasure {
  /** What binds a person to others, by a Silver that shows all that was recorded before the question. */
  tiesOf(userId: UserId): Promise<Ties>;
  /** Puts a person who was erased on the erasure list and deletes the key. Idempotent; durable when it resolves. */
  carryOut(userId: UserId): Promise<void>;
}

/** A part of the house that follows the journal. `events`: how many it lacks, null where positions do not tell. */
export type ConsumerState = Readonly<{
  name: string;
  events: number | null;
  parkedStreams: number;
  movedAt: Instant;
}>;

/** A stream that a consumer cannot apply past `revision`; `waiting` of its events wait, that one included. */
export type ParkedStreamRow = Readonly<{
  consumer: string;
  streamId: string;
  revision: number;
  eventType: string;
  reason: string;
  parkedAt: Instant;
  waiting: number;
}>;

/** What became of taking a parked stream up again. `reason` tells why it stays. */
export type ReplayOutcome = Readonly<
  | { status: 'replayed'; events: number }
  | { status: 'not parked' }
  | { status: 'still poisoned'; revision: number; reason: string }
>;

/** How the inside of the house does, for staff. */
export interface Workings {
  /** All events on record, null where positions do not tell; and each consumer. */
  state(): Promise<Readonly<{ eventsRecorded: bigint | null; consumers: readonly ConsumerState[] }>>;
  /** The longest parked first. */
  parked(): Promise<readonly ParkedStreamRow[]>;
  /** Applies all that waits in a parked stream and frees it, or changes nothing. */
  replay(consumer: string, streamId: string): Promise<ReplayOutcome>;
  /** Ids of everybody on the erasure list. */
  erased(): Promise<readonly UserId[]>;
}

/** One answered request; `route` is the pattern, never the address, which may hold what people searched for. */
export type AnsweredRequest = Readonly<{ method: string; route: string; status: number; ms: number }>;

/** Where the edge counts, and where `/metrics` reads. */
export interface ApiMetrics {
  requestAnswered(request: AnsweredRequest): void;
  /** How many sockets are open is asked whenever somebody reads the metrics. */
  watchSockets(open: () => number): void;
  readonly contentType: string;
  text(): Promise<string>;
}

/** A part that commands need in order to be taken, as `/health/ready` shows it. */
export type Readiness = Readonly<{ ready: boolean; detail: string }>;

/** What the token of a link in mail says. */
export type MailLinkRead = Readonly<{ userId: UserId; dataVersion: number }>;

/** Reads tokens of links in mail; null for one that is not ours, is for something else, or has expired. */
export interface MailLinksReader {
  read(token: string, purpose: 'confirm' | 'unsubscribe' | 'reset', now: Instant): MailLinkRead | null;
}

export type ApiDeps = Readonly<{
  settings: ApiSettings;
  bus: CommandBus;
  queries: ApiQueries;
  gold: Pick<GoldQueries, 'rows'>;
  /** What happens now, for analysts. */
  liveFigures: Pick<LiveFiguresQueries, 'figures'>;
  live: Readonly<{ auctions: LiveAuctions; news: LiveNews }>;
  runs: Pick<RunsQueries, 'runs'>;
  /** For staff alone. */
  fraudCases: Pick<FraudCaseQueries, 'cases' | 'casesChanged' | 'fraudCase' | 'review'>;
  /** Questions and feedback. */
  talk: Pick<TalkQueries, 'questions' | 'questionsToAnswer' | 'feedbackAbout' | 'feedbackCounts' | 'feedbackDue'>;
  /** Watched lots and saved searches, each for its own person alone. */
  ownLists: Pick<OwnLists, 'watch' | 'unwatch' | 'watched' | 'save' | 'searches' | 'search' | 'remove'>;
  sales: Pick<SalesQueries, 'sale' | 'sales' | 'lots' | 'placeOf' | 'paddleOf' | 'paddles'>;
  payouts: Pick<PayoutsQueries, 'payoutRun' | 'payoutRuns' | 'payoutsOf' | 'toPay'>;
  /** Invoices and credit notes. */
  documents: Pick<DocumentsQueries, 'invoice' | 'invoices' | 'taxPosition' | 'taxNumbersToJudge'>;
  alerts: Pick<AlertsQueries, 'alerts' | 'changed' | 'acknowledge' | 'silence'>;
  workings: Workings;
  /** What staff did. For staff alone. */
  audit: Pick<AuditQueries, 'entries'>;
  /** Records an act on the house itself; durable when it resolves. If it rejects, the act may not be done. */
  beginOperation(operation: Operation): Promise<void>;
  commandLookup: CommandLookup;
  /** Null where people get no mail. */
  mailLinks: MailLinksReader | null;
  /** Null where people get no mail. */
  mailReaders: Pick<MailQueries, 'preferenceOf'> | null;
  /** Null where nothing is paid online. */
  payments: PaymentService | null;
  keyStore: KeyStore;
  erasure: Erasure;
  /** Whom a browser on this machine may sign in as; null but in development. */
  people: DevelopmentPeople | null;
  /** All that the house has of a person, as pieces of one JSON text. */
  ownData(userId: UserId): AsyncIterable<string>;
  /** Null where there is no place for photos. */
  photos: PhotosDeps | null;
  /** Null where the house signs nobody in itself. */
  signIn: SignInDeps | null;
  metrics: ApiMetrics;
  /** Null where nobody collects them. */
  traces: Traces | null;
  log: Log;
  runtime: Runtime;
  /** The messages of the topics as JSON Schema, by file name. Asked once. */
  messageSchemas(): Promise<Readonly<Record<string, object>>>;
  /** How each part is, by its name. */
  ready(): Promise<Readonly<Record<string, Readiness>>>;
}>;

/** The names under which Nest hands these out. */
export const API_DEPS = Symbol('ApiDeps');
export const API_QUERIES = Symbol('ApiQueries');
