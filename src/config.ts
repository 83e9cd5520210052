// Every setting there is: its name in the environment, what it takes, its default and one line about it. Read and checked
// once, at the start. docs/settings.md is made from this file (test/config.test.ts keeps the two equal).
import { join, resolve } from 'node:path';
import { z } from 'zod';
import type { ApiSettings, TokenKey, TokenSettings } from './api/api.settings.js';
import { type BrokenRules, readHouseFile } from './api/schemas/house.schema.js';
import type { InProcessBusSettings } from './bus/in-process.command-bus.js';
import { DEFAULT_HOUSE, type HouseTerms } from './domain/auction/house-defaults.js';
import { incrementsProblem } from './domain/auction/listing.js';
import { categoriesProblem } from './domain/category/category-tree.js';
import { feesProblem, roundingProblem } from './domain/fees/fees-problem.js';
import { ENGINE_DEFAULTS, type EngineSettings } from './engine/engine.js';
import * as fixed from './fixed-settings.js';
import type { KafkaBusSettings } from './kafka/commands/kafka.command-bus.js';
import type { LakeSettings } from './lake/open-store.js';
import type { LiveSettings } from './live/live.queries.js';
import type { StripeSettings } from './payments/stripe.payment-service.js';
import { plainHops } from './plain-hops.js';
import type { ArchiverSettings } from './projections/bronze/archiver.js';
import type { CloserSettings } from './scheduler/closer.js';
import { INVOICE_PER, type InvoicePer } from './scheduler/invoicer.js';
import type { ProviderSettings } from './sign-in/provider.js';

type Setting<Value> = Readonly<{
  name: string;
  /** From the text in the environment to the value; its messages end the sentence "NAME is TEXT; it must …". */
  read: z.ZodType<Value, string>;
  /** As it would stand in the environment; null for a setting that is null unless given. */
  preset: string | null;
  takes: string;
  doc: string;
  /** True for values that must not be repeated in a message. */
  secret: boolean;
}>;

type Kind<Value> = readonly [takes: string, read: z.ZodType<Value, string>];

const setting = <Value>(name: string, [takes, read]: Kind<Value>, preset: string, doc: string): Setting<Value> => ({
  name,
  read,
  preset,
  takes,
  doc,
  secret: false,
});

const optional = <Value>(name: string, [takes, read]: Kind<Value>, doc: string): Setting<Value | null> => ({
  name,
  read,
  preset: null,
  takes,
  doc,
  secret: false,
});

const secretly = <Value>(of: Setting<Value>): Setting<Value> => ({ ...of, secret: true });

function whole(min: number, max: number): Kind<number> {
  const range = `a whole number from ${min} to ${max}`;
  const type = z
    .string()
    .regex(/^\d{1,15}$/, `be ${range}`)
    .transform(Number)
    .refine((value) => value >= min && value <= max, `be ${range}`);
  return [range, type];
}

function oneOf<const Name extends string>(...names: readonly Name[]): Kind<Name> {
  const list = names.join(', ');
  const known = (text: string): text is Name => names.some((name) => name === text);
  return [`one of ${list}`, z.string().refine(known, `be one of ${list}`)];
}

function url(...schemes: readonly string[]): Kind<URL> {
  const form = `a URL that begins with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`;
  const fits = (text: string): boolean => schemes.some((scheme) => URL.parse(text)?.protocol === `${scheme}:`);
  return [
    form,
    z
      .string()
      .refine(fits, `be ${form}`)
      .transform((text) => new URL(text)),
  ];
}

/** The client prints an option that it does not know, and the address with it: only those that it knows are let through. */
const EVENTSTOREDB_OPTIONS = [
  'connectionName',
  'defaultDeadline',
  'discoveryInterval',
  'gossipTimeout',
  'keepAliveInterval',
  'keepAliveTimeout',
  'maxDiscoverAttempts',
  'nodePreference',
  'tls',
  'userCertFile',
  'userKeyFile',
];
const EVENTSTOREDB_HOSTS =
  /^esdb(?:\+discover)?:\/\/(?:[^:@/?]+:[^@/?]+@)?[\w.-]+(?::\d{1,5})?(?:,[\w.-]+(?::\d{1,5})?)*\/?$/;
const eventStoreUrl = [
  'a connection string that begins with esdb:// or esdb+discover://',
  z
    .string()
    .refine(
      (value) => EVENTSTOREDB_HOSTS.test(value.split('?')[0] ?? ''),
      'begin with esdb:// or esdb+discover://, and go on with [user:password@]host:port',
    )
    .refine(
      (value) => value.split('?').slice(1).every(isEventStoreQuery),
      `have no options but ${EVENTSTOREDB_OPTIONS.join(', ')}`,
    ),
] as const;

function isEventStoreQuery(query: string): boolean {
  return query.split('&').every((option) => {
    const [name, value] = option.split('=');
    return EVENTSTOREDB_OPTIONS.includes(name ?? '') && value !== undefined && value !== '';
  });
}

const brokerList = [
  'host:port, several with commas between',
  z
    .string()
    .refine(
      (value) => value.split(',').every((one) => /^[\w.-]+:\d{1,5}$/.test(one)),
      'be host:port, several with commas between',
    )
    .transform((value): readonly string[] => value.split(',')),
] as const;

const ORIGINS = 'none, or origins such as https://house.example with commas between';
/** As browsers send them: scheme, host and a port that is not the scheme's own, and nothing else. No star: name the pages. */
const isOrigin = (text: string): boolean => /^https?:/.test(text) && URL.parse(text)?.origin === text;
const origins = [
  ORIGINS,
  z
    .string()
    .refine((value) => value === 'none' || value.split(',').every(isOrigin), `be ${ORIGINS}`)
    .transform((value): readonly string[] => (value === 'none' ? [] : value.split(','))),
] as const;

const topicPrefix = [
  'letters, digits and . _ -, at most 100',
  z.string().regex(/^[\w.-]{1,100}$/, 'be at most 100 letters, digits and . _ -'),
] as const;

const text = ['text', z.string().min(1, 'not be empty')] as const;
const path = [
  'a path',
  z
    .string()
    .min(1, 'be a path')
    .transform((value) => resolve(value)),
] as const;
const SECRET_BYTES_MIN = 32;
const secret = [
  `at least ${SECRET_BYTES_MIN} bytes of text`,
  z
    .string()
    .refine((value) => Buffer.byteLength(value) >= SECRET_BYTES_MIN, `have at least ${SECRET_BYTES_MIN} bytes`)
    .transform((value): Uint8Array => new TextEncoder().encode(value)),
] as const;

const DAY_MS = 86_400_000;

const general = {
  environment: setting(
    'GAVEL_ENV',
    oneOf('development', 'production'),
    'development',
    'In production keys for tokens must be given, none is made up. NODE_ENV=production sets it as well.',
  ),
  tls: setting(
    'GAVEL_TLS',
    oneOf('required', 'network'),
    'required',
    'In production, every hop to another machine must be encrypted by the settings for it; network says that the network itself does it, as a mesh or one host with an inner network.',
  ),
  dataDirectory: setting('GAVEL_DATA', path, '.gavel', 'Where this process keeps its database, keys and secrets.'),
  masterKey: secretly(
    optional(
      'GAVEL_MASTER_KEY',
      secret,
      'Keys of persons are wrapped under a key made of this, so that their files alone open nothing. All processes have the same; keep it elsewhere than their files. When absent, they are kept as they are.',
    ),
  ),
  masterKeyAlso: secretly(
    optional(
      'GAVEL_MASTER_KEY_ALSO',
      secret,
      'Keys of persons that are wrapped under this one open as well, and none is wrapped under it: for changing the master key, or beginning with one, while the house is open (SECURITY.md).',
    ),
  ),
  logLevel: setting(
    'GAVEL_LOG_LEVEL',
    oneOf('debug', 'info', 'warn', 'error', 'silent'),
    'info',
    'The least urgent lines that are logged.',
  ),
  shutdownGraceMs: setting(
    'GAVEL_SHUTDOWN_GRACE_MS',
    whole(0, 600_000),
    '10000',
    'How long a stopping process waits for what is under way.',
  ),
  demo: setting(
    'GAVEL_DEMO',
    oneOf('on', 'off'),
    'on',
    'A development house that starts on empty data plays a small marketplace of synthetic people; gavel up --no-demo does not.',
  ),
};

const postgres = {
  postgresUrl: secretly(
    optional(
      'GAVEL_POSTGRES_URL',
      url('postgres', 'postgresql'),
      'The database. When absent, a PostgreSQL of our own runs on the data directory.',
    ),
  ),
  postgresPort: setting(
    'GAVEL_POSTGRES_PORT',
    whole(0, 65_535),
    '0',
    'The port of the PostgreSQL of our own, on 127.0.0.1; 0 takes a free one at first and keeps it.',
  ),
  queryConnectionsMax: setting(
    'GAVEL_QUERY_CONNECTIONS_MAX',
    whole(1, 1_000),
    '10',
    'Database connections for queries.',
  ),
};

const journal = {
  journalStore: setting(
    'GAVEL_JOURNAL',
    oneOf('postgres', 'eventstoredb'),
    'postgres',
    'Where the journal is kept. A database belongs to the first journal that it was used with.',
  ),
  journalWriter: setting(
    'GAVEL_JOURNAL_WRITER',
    oneOf('fast', 'plain'),
    'fast',
    'How a journal in PostgreSQL is written: plain is the simple reference. Both write the same bytes.',
  ),
  eventStoreUrl: secretly(
    optional(
      'GAVEL_EVENTSTOREDB_URL',
      eventStoreUrl,
      'The EventStoreDB or KurrentDB (22.6 or later) that keeps the journal. Over TLS, unless it says tls=false.',
    ),
  ),
  eventStoreCaFile: optional(
    'GAVEL_EVENTSTOREDB_CA_FILE',
    path,
    'Certificates (PEM) that its own is checked against; those that Node trusts when absent.',
  ),
};

const kafka = {
  kafkaBrokers: optional(
    'GAVEL_KAFKA_BROKERS',
    brokerList,
    'Brokers that commands and answers travel by. When absent, all of the house runs in one process without any.',
  ),
  kafkaPrefix: setting(
    'GAVEL_KAFKA_PREFIX',
    topicPrefix,
    'auction.',
    'What the names of our topics and groups begin with; two houses on one cluster need two.',
  ),
  kafkaReplicas: setting(
    'GAVEL_KAFKA_REPLICAS',
    whole(1, 9),
    '1',
    'Copies of each topic, of which one may be lost. In production at least 3.',
  ),
  kafkaRetentionMs: setting(
    'GAVEL_KAFKA_RETENTION_MS',
    whole(3_600_000, 365 * DAY_MS),
    '604800000',
    'How long commands and public facts stay on the brokers. Longer than any engine may be down.',
  ),
  kafkaSigningKey: secretly(
    optional(
      'GAVEL_KAFKA_SIGNING_KEY',
      secret,
      'What the processes of the house know each other’s commands by. When absent in development, it follows from the secret for tokens.',
    ),
  ),
  kafkaSigningKeyAlso: secretly(
    optional(
      'GAVEL_KAFKA_SIGNING_KEY_ALSO',
      secret,
      'Messages under this key are taken as well, and none is made with it: for changing the key while the house is open (SECURITY.md).',
    ),
  ),
  kafkaTls: setting('GAVEL_KAFKA_TLS', oneOf('off', 'on'), 'off', 'Whether brokers are spoken to by TLS.'),
  kafkaTlsCa: optional(
    'GAVEL_KAFKA_TLS_CA',
    path,
    'PEM file of the authority that the brokers’ certificates are from.',
  ),
  kafkaTlsCert: optional(
    'GAVEL_KAFKA_TLS_CERT',
    path,
    'PEM file of our own certificate, for brokers that ask for one.',
  ),
  kafkaTlsKey: optional('GAVEL_KAFKA_TLS_KEY', path, 'PEM file of its key.'),
  kafkaSaslMechanism: optional(
    'GAVEL_KAFKA_SASL_MECHANISM',
    oneOf('plain', 'scram-sha-256', 'scram-sha-512'),
    'How we tell the brokers who we are; absent for brokers that do not ask.',
  ),
  kafkaSaslUsername: optional('GAVEL_KAFKA_SASL_USERNAME', text, 'The name for it.'),
  kafkaSaslPassword: secretly(optional('GAVEL_KAFKA_SASL_PASSWORD', text, 'The password for it.')),
};

const http = {
  httpHost: setting('GAVEL_HTTP_HOST', text, '127.0.0.1', 'The address to listen on.'),
  httpPort: setting('GAVEL_HTTP_PORT', whole(0, 65_535), '3000', 'The port to listen on; 0 takes any free one.'),
  httpProxies: setting(
    'GAVEL_HTTP_PROXIES',
    whole(0, 10),
    '0',
    'Proxies in front that add to X-Forwarded-For. With 0 the header is ignored.',
  ),
  httpOrigins: setting(
    'GAVEL_HTTP_ORIGINS',
    origins,
    'none',
    'Web pages of other origins that may use the API from a browser.',
  ),
  httpDocs: setting(
    'GAVEL_HTTP_DOCS',
    oneOf('auto', 'on', 'off'),
    'auto',
    'Whether the API tells its own form: /docs, and the GraphQL schema to whoever asks for it; auto is on in development only.',
  ),
  httpMetrics: setting(
    'GAVEL_HTTP_METRICS',
    oneOf('auto', 'on', 'off'),
    'auto',
    'Whether /metrics is served, to anybody who reaches the port; auto is on in development only.',
  ),
  web: setting(
    'GAVEL_WEB',
    oneOf('on', 'off'),
    'on',
    'Whether the web application is served at /; off leaves it out, and a page with the open lots stands there.',
  ),
  answerTimeoutMs: setting(
    'GAVEL_HTTP_ANSWER_TIMEOUT_MS',
    whole(1, 120_000),
    '10000',
    'A command that is not judged by then is answered 202; GET /commands/{id} tells the rest.',
  ),
  ratePerSubject: setting(
    'GAVEL_RATE_PER_SUBJECT',
    whole(0, 1_000_000_000),
    '1200',
    "Requests a minute with one person's tokens; 0 is no limit. A new GraphQL document counts for more: GAVEL_RATE_PER_ADDRESS.",
  ),
  ratePerAddress: setting(
    'GAVEL_RATE_PER_ADDRESS',
    whole(0, 1_000_000_000),
    '6000',
    'Requests a minute from one address; 0 is no limit. An IPv6 /64 counts as one address, here and everywhere. A message on a socket counts as a request. A GraphQL document that this process does not know yet counts for more requests: one for each 4,096 of its characters, and (tokens / 100)², both rounded down. 200 tokens are 4 more, 1,000 are 100 more.',
  ),
};

const live = {
  socketsMax: setting(
    'GAVEL_SOCKETS_MAX',
    whole(1, 1_000_000),
    '20000',
    'Sockets open at once; more are answered 503.',
  ),
  socketsPerAddress: setting(
    'GAVEL_SOCKETS_PER_ADDRESS',
    whole(0, 1_000_000),
    '500',
    'Sockets open at once from one address; 0 is no limit.',
  ),
};

const tokens = {
  jwtSecret: secretly(
    optional(
      'GAVEL_JWT_SECRET',
      secret,
      'Tokens are checked with this secret (HS256). When absent in development, one is made and kept in the data directory.',
    ),
  ),
  jwtSecretAlso: secretly(
    optional(
      'GAVEL_JWT_SECRET_ALSO',
      secret,
      'Tokens under this secret are taken as well: for changing the secret while the house is open (SECURITY.md).',
    ),
  ),
  jwksUrl: optional(
    'GAVEL_JWT_JWKS_URL',
    url('https', 'http'),
    'Tokens are checked with the public keys served here, instead of a secret. In production over https, and with issuer and audience.',
  ),
  jwtIssuer: optional('GAVEL_JWT_ISSUER', text, 'The `iss` that every token must carry.'),
  jwtAudience: optional('GAVEL_JWT_AUDIENCE', text, 'The `aud` that every token must carry.'),
  tokenLifetimeMaxMs: setting(
    'GAVEL_JWT_LIFETIME_MAX_MS',
    whole(60_000, 30 * DAY_MS),
    `${DAY_MS}`,
    'Tokens that are good for longer, from their issue (`iat`, or now) to their end (`exp`), are refused.',
  ),
};

const commands = {
  partitions: setting(
    'GAVEL_PARTITIONS',
    whole(1, 1_024),
    '4',
    'Queues that auctions are spread over by their id. Fixed once a house has data on a broker.',
  ),
  refusalsPerMinuteMax: setting(
    'GAVEL_REFUSALS_PER_MINUTE_MAX',
    whole(1, 100_000),
    '60',
    'Refused commands of one person on one auction or account that are judged within a minute; the rest are turned away.',
  ),
};

const closing = {
  houseFile: optional(
    'GAVEL_HOUSE_FILE',
    ['a path', z.string()],
    'Premium, platform fee, tax, payment term and increments of this house ([the house’s terms](house.md)); `config/house.json` unless given, and the built-in ones where that is not there.',
  ),
  softCloseWindowMs: setting(
    'GAVEL_SOFT_CLOSE_WINDOW_MS',
    whole(0, DAY_MS),
    '120000',
    'A bid with less time left moves the close to its arrival plus this, where a listing says nothing else; 0 is none.',
  ),
  softCloseExtensionsMax: setting(
    'GAVEL_SOFT_CLOSE_EXTENSIONS_MAX',
    whole(0, 10_000),
    '60',
    'How often that may happen to one auction.',
  ),
  softCloseTotalMaxMs: setting(
    'GAVEL_SOFT_CLOSE_TOTAL_MAX_MS',
    whole(0, 30 * DAY_MS),
    '21600000',
    'How far it may move the close in all.',
  ),
  outageMaxMs: setting(
    'GAVEL_OUTAGE_MAX_MS',
    whole(0, 30 * DAY_MS),
    '86400000',
    'After a longer outage auctions close as they stand.',
  ),
  outageWindowMs: setting(
    'GAVEL_OUTAGE_WINDOW_MS',
    whole(1_000, DAY_MS),
    '300000',
    'Bidding goes on for so long after an outage that covered the close.',
  ),
  invoicePer: setting(
    'GAVEL_INVOICE_PER',
    oneOf(...INVOICE_PER),
    'lot',
    'What of single listings gets an invoice of its own: each `lot`, at once, or a buyer’s `day` of UTC in a currency, when it is over.',
  ),
};

const S3_URL = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[\w!.*'()=-]+)*\/?$/;
const lakeUrl = [
  's3://bucket, or s3://bucket/folder',
  z.string().regex(S3_URL, 'be s3://bucket or s3://bucket/folder'),
] as const;

const lake = {
  lakeUrl: optional(
    'GAVEL_LAKE_URL',
    lakeUrl,
    'The bucket of the lake (Bronze, Gold, landing files, backups). When absent, it is a folder.',
  ),
  lakeDirectory: optional(
    'GAVEL_LAKE_DIR',
    path,
    'The folder of the lake where it is no bucket, best on another disk; `lake` in the data directory when absent.',
  ),
  s3Endpoint: optional('GAVEL_S3_ENDPOINT', url('https', 'http'), 'The S3 server; AWS itself when absent.'),
  s3Region: setting('GAVEL_S3_REGION', text, 'us-east-1', 'The region of the bucket.'),
  s3AccessKey: optional(
    'GAVEL_S3_ACCESS_KEY',
    text,
    'Who we are to the S3 server. When absent, what the AWS SDKs find on the machine (environment, profile, role).',
  ),
  s3SecretKey: secretly(optional('GAVEL_S3_SECRET_KEY', text, 'The secret that goes with it.')),
  s3CaFile: optional(
    'GAVEL_S3_CA_FILE',
    path,
    "Certificates (PEM) that the S3 server's own is checked against; those that Node trusts when absent.",
  ),
  s3Encryption: setting(
    'GAVEL_S3_ENCRYPTION',
    oneOf('default', 'AES256', 'aws:kms'),
    'default',
    "Server-side encryption asked for with every object; default leaves it to the bucket's own.",
  ),
  s3KmsKey: optional('GAVEL_S3_KMS_KEY', text, "The key for aws:kms; the account's own key for S3 when absent."),
  s3LockMode: setting(
    'GAVEL_S3_LOCK_MODE',
    oneOf('governance', 'compliance'),
    'governance',
    'How Bronze is locked in a bucket with object lock: governance can be lifted by whoever may, compliance by nobody.',
  ),
};

const bronze = {
  bronzePartRows: setting(
    'GAVEL_BRONZE_PART_ROWS',
    whole(1_000, 5_000_000),
    '500000',
    'Events in a part of Bronze; a part is cut as soon as it could have so many. Half a million take less than 1 GB of memory.',
  ),
  bronzeCutAfterMs: setting(
    'GAVEL_BRONZE_CUT_AFTER_MS',
    whole(60_000, 7 * DAY_MS),
    '3600000',
    'Events wait for so long for their part to fill; then it is cut as it is.',
  ),
  bronzeLockDays: setting(
    'GAVEL_BRONZE_LOCK_DAYS',
    whole(0, 36_500),
    '3650',
    'How long the events in Bronze are locked, where the bucket has object lock; 0 locks nothing.',
  ),
  witnessDirectory: optional(
    'GAVEL_WITNESS_DIR',
    path,
    'Where the signed heads of Bronze are kept, best on another disk or machine; `witness` in the data directory when absent.',
  ),
  bronzeColdAfterDays: setting(
    'GAVEL_BRONZE_COLD_AFTER_DAYS',
    whole(0, 36_500),
    '90',
    'After so many days the events in Bronze move to a cheaper storage class (gavel lake sets the rule); 0 is never.',
  ),
  bronzeColdClass: setting(
    'GAVEL_BRONZE_COLD_CLASS',
    oneOf('GLACIER_IR', 'STANDARD_IA', 'INTELLIGENT_TIERING'),
    'GLACIER_IR',
    'That storage class, as S3 calls it. All of these can be read at once.',
  ),
  bronzeIngressDays: setting(
    'GAVEL_BRONZE_INGRESS_DAYS',
    whole(0, 36_500),
    '400',
    'Raw messages in Bronze expire after so many days; 0 is never. Events never do.',
  ),
};

const gold = {
  goldThresholds: optional(
    'GAVEL_GOLD_THRESHOLDS',
    path,
    'JSON file of where segments of bidders and tiers of sellers begin; config/gold.json of the package when absent.',
  ),
  goldMemoryMb: setting(
    'GAVEL_GOLD_MEMORY_MB',
    whole(128, 1_048_576),
    '1024',
    'Memory that DuckDB may use for a run of Gold, in MB; what does not fit goes to the data directory meanwhile.',
  ),
};

const backup = {
  backupOn: setting(
    'GAVEL_BACKUP',
    oneOf('on', 'off'),
    'off',
    'A running house backs up its PostgreSQL into the lake: the log as it is written, and a base backup now and then (docs/backup.md).',
  ),
  backupWithinMs: setting(
    'GAVEL_BACKUP_WITHIN_MS',
    whole(1_000, 60_000),
    '10000',
    'What was committed is in the backup after so long at the latest, in milliseconds.',
  ),
  backupBaseHours: setting(
    'GAVEL_BACKUP_BASE_HOURS',
    whole(1, 24 * 31),
    '24',
    'So many hours after the last base backup the next one is taken: a restore goes through the log from there.',
  ),
  backupKeepDays: setting(
    'GAVEL_BACKUP_KEEP_DAYS',
    whole(1, 36_500),
    '14',
    'Backups older than so many days are deleted, but for the newest two.',
  ),
};

const metabase = {
  metabaseUrl: optional(
    'GAVEL_METABASE_URL',
    url('https', 'http'),
    'The Metabase that `gavel metabase apply` brings the dashboards to.',
  ),
  metabaseEmail: optional('GAVEL_METABASE_EMAIL', text, 'Its administrator; on a new Metabase this account is made.'),
  metabasePassword: secretly(optional('GAVEL_METABASE_PASSWORD', text, "The administrator's password.")),
  metabaseDatabaseUrl: secretly(
    optional(
      'GAVEL_METABASE_DATABASE_URL',
      url('postgres', 'postgresql'),
      'How Metabase itself reaches the database, as an account that reads Silver and Gold only; `?sslmode=require` asks for TLS.',
    ),
  ),
};

const schedule = {
  schedule: setting(
    'GAVEL_SCHEDULE',
    oneOf('on', 'off'),
    'on',
    'Whether this process runs what the house does by the clock: the nightly chain, hourly figures, the check of the archive.',
  ),
};

const addresses = [
  'mail addresses with commas between',
  z
    .string()
    .refine(
      (value) => value.split(',').every((one) => /^[^\s@,<>"]+@[^\s@,<>"]+$/.test(one)),
      'be mail addresses with commas between',
    )
    .transform((value): readonly string[] => value.split(',')),
] as const;
const topicArn = [
  'the ARN of a topic',
  z.string().regex(/^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w-]{1,256}(\.fifo)?$/, 'be the ARN of a topic'),
] as const;
const paths = [
  'paths with commas between',
  z
    .string()
    .min(1, 'be paths with commas between')
    .transform((value): readonly string[] => value.split(',').map((one) => resolve(one))),
] as const;

const traces = {
  tracesUrl: optional(
    'GAVEL_TRACES_URL',
    url('http', 'https'),
    'Where OpenTelemetry traces are posted to (OTLP/HTTP), as http://collector:4318/v1/traces. None are made without (docs/metrics.md).',
  ),
  tracesPercent: setting(
    'GAVEL_TRACES_PERCENT',
    whole(1, 100),
    '100',
    'The share of commands that are traced. A busy house follows one in a hundred.',
  ),
};

const alerts = {
  alertEveryMs: setting(
    'GAVEL_ALERT_EVERY_MS',
    whole(100, 600_000),
    '15000',
    'How often the house is looked at for alerts (docs/alerts.md).',
  ),
  alertEscalateMs: setting(
    'GAVEL_ALERT_ESCALATE_MS',
    whole(1_000, 30 * DAY_MS),
    '1800000',
    'An alert that nobody has acknowledged for so long is told once more.',
  ),
  alertLagMs: setting(
    'GAVEL_ALERT_LAG_MS',
    whole(1_000, DAY_MS),
    '60000',
    'A consumer that lacks an event older than this is behind.',
  ),
  alertFreePercent: setting(
    'GAVEL_ALERT_FREE_PERCENT',
    whole(1, 90),
    '5',
    'Less free disk or memory than this is short.',
  ),
  alertRefusalsMin: setting(
    'GAVEL_ALERT_REFUSALS_MIN',
    whole(1, 1_000_000_000),
    '500',
    'Fewer refusals in ten minutes are never out of the ordinary.',
  ),
  alertExpiryDays: setting(
    'GAVEL_ALERT_EXPIRY_DAYS',
    whole(1, 365),
    '21',
    'Certificates and keys are told so many days before they end.',
  ),
  alertCertificates: optional(
    'GAVEL_ALERT_CERTIFICATES',
    paths,
    'PEM files to watch beside those of other settings, as that of the proxy in front.',
  ),
  alertEmail: optional('GAVEL_ALERT_EMAIL', addresses, 'Who gets alerts by e-mail. Needs GAVEL_MAIL_URL.'),
  alertEscalateEmail: optional(
    'GAVEL_ALERT_ESCALATE_EMAIL',
    addresses,
    'Who gets, beside them, what nobody has acknowledged.',
  ),
  alertWebhook: secretly(
    optional('GAVEL_ALERT_WEBHOOK', url('http', 'https'), 'Where alerts are posted to, in the form that Slack takes.'),
  ),
  alertWebhookSecret: secretly(
    optional('GAVEL_ALERT_WEBHOOK_SECRET', secret, 'What these posts are signed with (gavel-signature).'),
  ),
  alertSnsTopic: optional('GAVEL_ALERT_SNS_TOPIC', topicArn, 'A topic of Amazon SNS that alerts are published to.'),
  alertSnsEndpoint: optional(
    'GAVEL_ALERT_SNS_ENDPOINT',
    url('http', 'https'),
    "Another address of SNS than AWS's own.",
  ),
};

const mail = {
  mailUrl: secretly(
    optional(
      'GAVEL_MAIL_URL',
      url('smtp', 'smtps'),
      'The server that mail is handed to, as smtp://user:password@host:587.',
    ),
  ),
  publicUrl: optional(
    'GAVEL_PUBLIC_URL',
    url('http', 'https'),
    'Where people reach the house. With it, and with GAVEL_MAIL_URL, they get news by e-mail if they want them.',
  ),
  mailLinkKey: secretly(
    optional(
      'GAVEL_MAIL_LINK_KEY',
      secret,
      'What links in mail are signed with; the same in every process. When absent in development, it follows from the secret for tokens.',
    ),
  ),
  mailDigestMs: setting(
    'GAVEL_MAIL_DIGEST_MS',
    whole(0, DAY_MS),
    '900000',
    'The pause between two mails to one person: what happens meanwhile comes together.',
  ),
  mailFrom: setting('GAVEL_MAIL_FROM', text, 'Gavel <gavel@localhost>', 'The sender of mail.'),
};

const payments = {
  stripeKey: secretly(
    optional('GAVEL_STRIPE_KEY', text, 'A secret key of Stripe. With it buyers pay online (docs/house.md).'),
  ),
  stripeWebhookSecret: secretly(
    optional('GAVEL_STRIPE_WEBHOOK_SECRET', text, 'What Stripe signs its notices to this house with.'),
  ),
  stripeUrl: setting('GAVEL_STRIPE_URL', url('http', 'https'), 'https://api.stripe.com', 'The API of Stripe.'),
};

const signIn = {
  signIn: optional(
    'GAVEL_SIGN_IN',
    oneOf('none', 'password', 'provider'),
    'Whether people sign up and in here: password is by e-mail and password, and beside it by the identity provider of GAVEL_OIDC_ISSUER if there is one; provider is by that alone. When absent: password, in development where no identity provider signs tokens. In production password needs mail to people.',
  ),
  signInSecret: secretly(
    optional(
      'GAVEL_SIGN_IN_SECRET',
      secret,
      'What addresses of the sign-in are hashed with and its cookies signed; the same in every process. With another one nobody can sign in. When absent in development, it follows from the secret for tokens.',
    ),
  ),
};

const provider = {
  oidcIssuer: optional(
    'GAVEL_OIDC_ISSUER',
    url('https', 'http'),
    'The identity provider that people sign in with in the browser, by OpenID Connect: its issuer, as its discovery document has it (docs/sign-in.md).',
  ),
  oidcClientId: optional('GAVEL_OIDC_CLIENT_ID', text, 'What the provider knows this house as.'),
  oidcClientSecret: secretly(
    optional(
      'GAVEL_OIDC_CLIENT_SECRET',
      text,
      'What this house shows the provider that it is so. When absent, the client is a public one.',
    ),
  ),
  oidcName: optional('GAVEL_OIDC_NAME', text, 'What people know the provider as. When absent, the host of its issuer.'),
  oidcEmail: setting(
    'GAVEL_OIDC_EMAIL',
    oneOf('verified', 'any'),
    'verified',
    'Whose address is taken: verified wants the claim email_verified; any is for a provider that never sends it and lets nobody choose an address, as Entra with one tenant. What it says is unverified is never taken.',
  ),
  oidcRolesClaim: optional(
    'GAVEL_OIDC_ROLES_CLAIM',
    text,
    'The claim that says who is analyst, operator or admin, as roles or realm_access.roles. Each sign-in by the provider then gives and takes these roles. When absent, admins do.',
  ),
};

/** The headings of docs/settings.md, and what stands under each. */
const GROUPS = {
  General: general,
  PostgreSQL: postgres,
  Journal: journal,
  Kafka: kafka,
  HTTP: http,
  'GraphQL and live prices': live,
  Tokens: tokens,
  Commands: commands,
  Closing: closing,
  Lake: lake,
  Bronze: bronze,
  Gold: gold,
  Backups: backup,
  Schedule: schedule,
  Traces: traces,
  Alerts: alerts,
  Mail: mail,
  Payments: payments,
  'Sign-in': { ...signIn, ...provider },
  Metabase: metabase,
};

const SETTINGS = {
  ...general,
  ...postgres,
  ...journal,
  ...kafka,
  ...http,
  ...live,
  ...tokens,
  ...commands,
  ...closing,
  ...lake,
  ...bronze,
  ...gold,
  ...backup,
  ...schedule,
  ...traces,
  ...alerts,
  ...mail,
  ...payments,
  ...signIn,
  ...provider,
  ...metabase,
};

type Settings = typeof SETTINGS;
type Values = { readonly [Key in keyof Settings]: Settings[Key] extends Setting<infer Value> ? Value : never };

export type BronzeSettings = ArchiverSettings &
  Readonly<{
    lockMs: number;
    witnessDirectory: string;
    /** 0 is never, for both. */
    coldAfterDays: number;
    ingressDays: number;
    coldClass: 'GLACIER_IR' | 'STANDARD_IA' | 'INTELLIGENT_TIERING';
  }>;

export type GoldSettings = Readonly<{
  /** The file of thresholds; null for the package's own. */
  thresholds: string | null;
  memoryMb: number;
  silverWithinMs: number;
}>;

export type AlertSettings = Readonly<{
  everyMs: number;
  escalateAfterMs: number;
  lagMs: number;
  /** From 0 to 1. */
  freeMin: number;
  refusalsMin: number;
  expiryMs: number;
  /** PEM files. */
  certificates: readonly string[];
  email: Readonly<{ to: readonly string[]; escalateTo: readonly string[] }> | null;
  webhook: Readonly<{ url: URL; secret: Uint8Array | null }> | null;
  sns: Readonly<{ topicArn: string; endpoint: URL | null }> | null;
}>;

export type PeopleMail = Readonly<{ house: URL; digestMs: number }>;

/** Without keys of its own a development process makes a secret, which `src/personal-data/secret-file.ts` keeps. */
export type TokenKeySetting = TokenKey | Readonly<{ kind: 'made' }>;

export type Config = Readonly<{
  environment: 'development' | 'production';
  dataDirectory: string;
  /** What keys of persons are wrapped under, and what they may be wrapped under still. */
  masterKeys: Readonly<{ current: Uint8Array | null; also: Uint8Array | null }>;
  /** Where the house's terms come from; null for the built-in ones. */
  houseFile: string | null;
  logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  shutdownGraceMs: number;
  /** False where no demo marketplace is wanted, whatever the data. */
  demo: boolean;
  /** A null `url` is a PostgreSQL of our own, on `port` (0: any free one). */
  postgres: Readonly<{ url: URL | null; port: number; queryConnectionsMax: number }>;
  /** The address is EventStoreDB's connection string, with a file of certificates that the server's own is checked against. */
  journal:
    | Readonly<{ store: 'postgres'; writer: 'plain' | 'fast' }>
    | Readonly<{ store: 'eventstoredb'; address: Readonly<{ url: string; caFile: string | null }> }>;
  api: Omit<ApiSettings, 'tokens'> &
    Readonly<{ tokens: Omit<TokenSettings, 'key'> & Readonly<{ key: TokenKeySetting }> }>;
  live: LiveSettings;
  bus: InProcessBusSettings;
  /** Null without brokers. A null `signingKey` follows from the development secret for tokens. */
  kafka: (Omit<KafkaBusSettings, 'signingKey'> & Readonly<{ signingKey: Uint8Array | null }>) | null;
  engine: EngineSettings;
  closer: CloserSettings;
  invoicePer: InvoicePer;
  /** Null where nothing is paid online. */
  stripe: StripeSettings | null;
  lake: LakeSettings;
  bronze: BronzeSettings;
  gold: GoldSettings;
  /** Of PostgreSQL, into the lake. */
  backup: Readonly<{ on: boolean; withinMs: number; baseEveryMs: number; keepMs: number }>;
  /** Whether this process runs what the house does by the clock. */
  schedule: boolean;
  /** Null where nobody collects them. `share`: of commands, from 0 to 1. */
  traces: Readonly<{ url: URL; share: number }> | null;
  alerts: AlertSettings;
  /** Null without a server to hand mail to. `people`: null where they get none. */
  mail: Readonly<{ server: URL; from: string; people: PeopleMail | null }> | null;
  /** Null follows from the development secret for tokens. */
  mailLinkKey: Uint8Array | null;
  /** How people sign in here, if they do. A null `secret` follows from the development secret for tokens. */
  signIn:
    | Readonly<{ kind: 'none' }>
    | Readonly<{
        kind: 'password' | 'provider';
        secret: Uint8Array | null;
        /** Where people reach the house, if it is told. */
        house: URL | null;
        provider: ProviderSettings | null;
      }>;
  /** Of `gavel metabase apply`; null where nothing is said. */
  metabase: Readonly<{ url: URL | null; email: string | null; password: string | null; databaseUrl: URL | null }>;
}>;

/** Settings that cannot be run with; each problem is one sentence that names the variable and what would be right. */
export class ConfigInvalid extends Error {
  readonly code = 'ConfigInvalid';
  constructor(readonly problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigInvalid';
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration that these environment variables make, and the house's file as `read` gives it (null: there is none).
 * Pure: it touches neither disk nor network itself. Throws
 * `ConfigInvalid` with all problems at once: bad values, unknown names (a misspelt limit must not pass for a set one),
 * and settings that do not go together. An empty variable counts as absent.
 */
export function loadConfig(env: Environment, read: ReadText = () => null): Config {
  const problems = unknownNames(env);
  const nodeEnv = env['NODE_ENV'] === 'production' ? { GAVEL_ENV: 'production' } : {};
  const values = readAll({ ...nodeEnv, ...env }, problems);
  problems.push(...conflicts(values), ...journalConflicts(values));
  const house = houseFileOf(values.houseFile, read, problems);
  if (problems.length > 0) throw new ConfigInvalid(problems);
  return configOf(values as Values, house);
}

function readAll(env: Environment, problems: string[]): Partial<Values> {
  const entries = Object.entries(SETTINGS).map(([key, { name, read, preset, secret: hidden }]) => {
    const given = env[name] === undefined || env[name] === '' ? preset : env[name];
    if (given === null) return [key, null];
    const result = read.safeParse(given);
    if (result.success) return [key, result.data];
    const shown = hidden ? 'set' : `"${given.slice(0, 100)}"`;
    problems.push(`${name} is ${shown}; it must ${result.error.issues[0]?.message ?? 'be something else'}`);
    return [key, undefined];
  });
  return Object.fromEntries(entries);
}

/** Variables of test runs are not the program's (CONTRIBUTING.md). */
const FOREIGN = /^GAVEL_TEST_/;

function unknownNames(env: Environment): string[] {
  const known = Object.values(SETTINGS).map(({ name }) => name);
  return Object.keys(env)
    .filter((name) => name.startsWith('GAVEL_') && !FOREIGN.test(name) && !known.includes(name))
    .map((name) => `${name} is not a setting; the nearest is ${nearest(name, known)} (docs/settings.md has them all)`);
}

function conflicts(values: Partial<Values>): string[] {
  return [
    ...tokenConflicts(values),
    ...kafkaConflicts(values),
    ...lakeConflicts(values),
    ...alertConflicts(values),
    ...tlsConflicts(values),
    ...keyChangeConflicts(values),
    ...signInConflicts(values),
  ];
}

function signInConflicts(values: Partial<Values>): string[] {
  const { signIn: chosen, signInSecret, environment, jwksUrl, mailUrl, publicUrl } = values;
  const problems = providerConflicts(values);
  if (chosen !== 'password' && chosen !== 'provider') return problems;
  if (signInSecret === null && (environment === 'production' || jwksUrl != null))
    problems.push(`GAVEL_SIGN_IN is "${chosen}" without GAVEL_SIGN_IN_SECRET; set it, and keep it for good`);
  if (chosen === 'password' && environment === 'production' && (mailUrl === null || publicUrl === null))
    problems.push(
      'GAVEL_SIGN_IN is "password" in production without mail to people; set GAVEL_MAIL_URL and GAVEL_PUBLIC_URL',
    );
  return problems;
}

function providerConflicts(values: Partial<Values>): string[] {
  const { signIn: chosen, oidcIssuer, oidcClientId, environment, publicUrl, jwksUrl } = values;
  const problems: string[] = [];
  if (oidcIssuer === null) {
    if (chosen === 'provider') problems.push('GAVEL_SIGN_IN is "provider" without GAVEL_OIDC_ISSUER; set it');
    return problems;
  }
  if (oidcIssuer === undefined) return problems;
  if (oidcClientId === null) problems.push('GAVEL_OIDC_ISSUER is set without GAVEL_OIDC_CLIENT_ID; set it');
  if (chosen === 'none') problems.push('GAVEL_OIDC_ISSUER is set and GAVEL_SIGN_IN is "none"; make it "provider"');
  if (chosen === null && (environment === 'production' || jwksUrl != null))
    problems.push('GAVEL_OIDC_ISSUER is set without GAVEL_SIGN_IN; make it "provider" or "password"');
  if (environment !== 'production') return problems;
  if (oidcIssuer.protocol !== 'https:')
    problems.push('GAVEL_OIDC_ISSUER does not begin with https:// in production; it must');
  if (publicUrl === null) problems.push('GAVEL_OIDC_ISSUER is set without GAVEL_PUBLIC_URL in production; set it');
  return problems;
}

/** A second key is for changing the first. */
function keyChangeConflicts({
  jwtSecret,
  jwtSecretAlso,
  kafkaSigningKey,
  kafkaSigningKeyAlso,
}: Partial<Values>): string[] {
  const problems: string[] = [];
  if (jwtSecretAlso != null && jwtSecret === null)
    problems.push('GAVEL_JWT_SECRET_ALSO is set without GAVEL_JWT_SECRET; set the secret that it changes with');
  if (kafkaSigningKeyAlso != null && kafkaSigningKey === null)
    problems.push(
      'GAVEL_KAFKA_SIGNING_KEY_ALSO is set without GAVEL_KAFKA_SIGNING_KEY; set the key that it changes with',
    );
  return problems;
}

function tlsConflicts(values: Partial<Values>): string[] {
  if (values.environment !== 'production' || values.tls !== 'required') return [];
  const hint = 'in production; encrypt the hop, or set GAVEL_TLS=network where the network does';
  return plainHops(values).map((problem) => `${problem} ${hint}`);
}

function kafkaConflicts(values: Partial<Values>): string[] {
  const {
    environment,
    kafkaBrokers,
    kafkaSigningKey,
    kafkaSaslMechanism,
    kafkaSaslUsername,
    kafkaSaslPassword,
    jwksUrl,
  } = values;
  if (kafkaBrokers == null) return [];
  const problems: string[] = [];
  if (kafkaSaslMechanism != null && (kafkaSaslUsername === null || kafkaSaslPassword === null))
    problems.push(
      'GAVEL_KAFKA_SASL_MECHANISM is set without GAVEL_KAFKA_SASL_USERNAME and GAVEL_KAFKA_SASL_PASSWORD; set all three',
    );
  if (kafkaSigningKey === null && (environment === 'production' || jwksUrl != null))
    problems.push(
      'GAVEL_KAFKA_BROKERS is set without GAVEL_KAFKA_SIGNING_KEY; the processes of the house need one to know each other by',
    );
  return problems;
}

function alertConflicts(values: Partial<Values>): string[] {
  const { alertEmail, alertEscalateEmail, alertWebhook, alertWebhookSecret, alertSnsTopic, alertSnsEndpoint } = values;
  const { mailUrl, publicUrl, mailLinkKey, environment, jwksUrl } = values;
  const problems: string[] = [];
  if (publicUrl != null && mailUrl != null && mailLinkKey === null && (environment === 'production' || jwksUrl != null))
    problems.push(
      'GAVEL_PUBLIC_URL and GAVEL_MAIL_URL are set without GAVEL_MAIL_LINK_KEY; links in mail need a key to be signed with',
    );
  const { stripeKey, stripeWebhookSecret } = values;
  if (stripeKey != null && (stripeWebhookSecret === null || publicUrl === null))
    problems.push(
      'GAVEL_STRIPE_KEY is set without GAVEL_STRIPE_WEBHOOK_SECRET and GAVEL_PUBLIC_URL; Stripe needs both',
    );
  if (alertEmail != null && mailUrl === null)
    problems.push('GAVEL_ALERT_EMAIL is set without a server for mail; set GAVEL_MAIL_URL');
  if (alertEscalateEmail != null && alertEmail === null)
    problems.push('GAVEL_ALERT_ESCALATE_EMAIL is set without GAVEL_ALERT_EMAIL; name those who hear first, too');
  if (alertWebhookSecret != null && alertWebhook === null)
    problems.push('GAVEL_ALERT_WEBHOOK_SECRET is set without GAVEL_ALERT_WEBHOOK; set both or neither');
  if (alertSnsEndpoint != null && alertSnsTopic === null)
    problems.push('GAVEL_ALERT_SNS_ENDPOINT is set without a topic; set GAVEL_ALERT_SNS_TOPIC');
  return problems;
}

function lakeConflicts({
  lakeUrl: bucket,
  lakeDirectory,
  s3Endpoint,
  s3AccessKey,
  s3SecretKey,
  s3Encryption,
  s3KmsKey,
}: Partial<Values>) {
  const problems: string[] = [];
  if (bucket != null && lakeDirectory != null)
    problems.push('GAVEL_LAKE_URL and GAVEL_LAKE_DIR are both set; set the bucket or the folder');
  if (bucket === null && s3Endpoint != null)
    problems.push('GAVEL_S3_ENDPOINT is set without a bucket; set GAVEL_LAKE_URL, as s3://bucket');
  if ((s3AccessKey === null) !== (s3SecretKey === null))
    problems.push('GAVEL_S3_ACCESS_KEY and GAVEL_S3_SECRET_KEY go together; set both or neither');
  if (s3KmsKey != null && s3Encryption !== 'aws:kms')
    problems.push('GAVEL_S3_KMS_KEY is set, which needs GAVEL_S3_ENCRYPTION to be "aws:kms"');
  return problems;
}

function tokenConflicts({ environment, jwtSecret, jwksUrl, jwtIssuer, jwtAudience }: Partial<Values>): string[] {
  if (jwtSecret === undefined || jwksUrl === undefined) return [];
  if (jwtSecret !== null && jwksUrl !== null)
    return [
      'GAVEL_JWT_SECRET and GAVEL_JWT_JWKS_URL are both set; tokens are checked with one of them, so unset the other',
    ];
  if (environment === 'production' && jwtSecret === null && jwksUrl === null)
    return ['GAVEL_ENV is "production" without keys for tokens; set GAVEL_JWT_SECRET or GAVEL_JWT_JWKS_URL'];
  if (environment !== 'production' || jwksUrl === null) return [];
  // A secret is this house's own. A provider signs tokens for others as well, which must not pass for ours.
  const problems: string[] = [];
  if (jwksUrl.protocol !== 'https:')
    problems.push('GAVEL_JWT_JWKS_URL begins with http:// in production; keys must come over https://');
  if (jwtIssuer === null)
    problems.push(
      'GAVEL_JWT_JWKS_URL is set without GAVEL_JWT_ISSUER in production; set it to the `iss` of your provider',
    );
  if (jwtAudience === null)
    problems.push(
      'GAVEL_JWT_JWKS_URL is set without GAVEL_JWT_AUDIENCE in production; set it to the `aud` of this house',
    );
  return problems;
}

function journalConflicts({ journalStore, eventStoreUrl: url }: Partial<Values>): string[] {
  if (journalStore !== 'eventstoredb' || url !== null) return [];
  return ['GAVEL_JOURNAL is "eventstoredb" without an address; set GAVEL_EVENTSTOREDB_URL'];
}

function configOf(values: Values, house: HouseFile): Config {
  const { environment, dataDirectory, logLevel, shutdownGraceMs } = values;
  return {
    environment,
    dataDirectory,
    masterKeys: { current: values.masterKey, also: values.masterKeyAlso },
    logLevel,
    shutdownGraceMs,
    demo: values.demo === 'on',
    postgres: { url: values.postgresUrl, port: values.postgresPort, queryConnectionsMax: values.queryConnectionsMax },
    journal: journalOf(values),
    houseFile: house.path,
    api: apiOf(values, house.terms),
    live: fixed.LIVE,
    bus: {
      partitions: values.partitions,
      queueMax: fixed.QUEUE_MAX,
      batchMax: fixed.batchMaxOf(values.journalStore),
      retryAfterMs: ENGINE_DEFAULTS.partition.retryAfterMs,
    },
    kafka: kafkaOf(values),
    engine: engineOf(values),
    closer: {
      ...fixed.CLOSER,
      outageMaxMs: values.outageMaxMs,
      outageWindowMs: values.outageWindowMs,
    },
    invoicePer: values.invoicePer,
    stripe: stripeOf(values),
    lake: lakeOf(values),
    bronze: {
      partRows: values.bronzePartRows,
      cutAfterMs: values.bronzeCutAfterMs,
      lockMs: values.bronzeLockDays * DAY_MS,
      witnessDirectory: values.witnessDirectory ?? join(values.dataDirectory, 'witness'),
      coldAfterDays: values.bronzeColdAfterDays,
      coldClass: values.bronzeColdClass,
      ingressDays: values.bronzeIngressDays,
    },
    gold: {
      thresholds: values.goldThresholds,
      memoryMb: values.goldMemoryMb,
      silverWithinMs: fixed.GOLD_SILVER_WITHIN_MS,
    },
    backup: {
      on: values.backupOn === 'on',
      withinMs: values.backupWithinMs,
      baseEveryMs: values.backupBaseHours * 3_600_000,
      keepMs: values.backupKeepDays * DAY_MS,
    },
    schedule: values.schedule === 'on',
    traces: values.tracesUrl === null ? null : { url: values.tracesUrl, share: values.tracesPercent / 100 },
    alerts: alertsOf(values),
    mail:
      values.mailUrl === null ? null : { server: values.mailUrl, from: values.mailFrom, people: peopleMailOf(values) },
    mailLinkKey: values.mailLinkKey,
    signIn: signInOf(values),
    metabase: {
      url: values.metabaseUrl,
      email: values.metabaseEmail,
      password: values.metabasePassword,
      databaseUrl: values.metabaseDatabaseUrl,
    },
  };
}

function signInOf(values: Values): Config['signIn'] {
  const { signIn: chosen, signInSecret: secret, environment, jwksUrl, publicUrl: house } = values;
  const kind = chosen ?? (environment === 'development' && jwksUrl === null ? 'password' : 'none');
  return kind === 'none' ? { kind } : { kind, secret, house, provider: providerOf(values) };
}

const providerOf = (values: Values): ProviderSettings | null =>
  values.oidcIssuer === null || values.oidcClientId === null
    ? null
    : {
        issuer: values.oidcIssuer,
        clientId: values.oidcClientId,
        clientSecret: values.oidcClientSecret,
        name: values.oidcName ?? values.oidcIssuer.host,
        trustsAddresses: values.oidcEmail === 'any',
        rolesClaim: values.oidcRolesClaim,
      };

const stripeOf = ({ stripeKey, stripeWebhookSecret, stripeUrl, publicUrl }: Values): StripeSettings | null =>
  stripeKey === null || stripeWebhookSecret === null || publicUrl === null
    ? null
    : { key: stripeKey, webhookSecret: stripeWebhookSecret, house: publicUrl, api: stripeUrl };

const peopleMailOf = ({ publicUrl, mailDigestMs: digestMs }: Values): PeopleMail | null =>
  publicUrl === null ? null : { house: publicUrl, digestMs };

function alertsOf(values: Values): AlertSettings {
  const { alertEmail: to, alertWebhook: webhook, alertSnsTopic: topicArn } = values;
  const files = [values.kafkaTlsCa, values.kafkaTlsCert, values.eventStoreCaFile, values.s3CaFile];
  return {
    everyMs: values.alertEveryMs,
    escalateAfterMs: values.alertEscalateMs,
    lagMs: values.alertLagMs,
    freeMin: values.alertFreePercent / 100,
    refusalsMin: values.alertRefusalsMin,
    expiryMs: values.alertExpiryDays * DAY_MS,
    certificates: [...files.filter((file) => file !== null), ...(values.alertCertificates ?? [])],
    email: to === null ? null : { to, escalateTo: values.alertEscalateEmail ?? [] },
    webhook: webhook === null ? null : { url: webhook, secret: values.alertWebhookSecret },
    sns: topicArn === null ? null : { topicArn, endpoint: values.alertSnsEndpoint },
  };
}

function lakeOf(values: Values): LakeSettings {
  const { lakeUrl: bucketUrl, s3Endpoint, s3AccessKey, s3SecretKey, s3Encryption, s3KmsKey } = values;
  if (bucketUrl === null)
    return { kind: 'directory', path: values.lakeDirectory ?? join(values.dataDirectory, 'lake') };
  const [bucket = '', ...folders] = bucketUrl
    .slice('s3://'.length)
    .split('/')
    .filter((part) => part !== '');
  return {
    kind: 's3',
    bucket,
    prefix: folders.map((folder) => `${folder}/`).join(''),
    region: values.s3Region,
    endpoint: s3Endpoint === null ? null : s3Endpoint.href,
    // AWS names the bucket in the host; most others have one address, without a certificate for more.
    pathStyle: s3Endpoint !== null,
    credentials:
      s3AccessKey === null || s3SecretKey === null ? null : { accessKeyId: s3AccessKey, secretAccessKey: s3SecretKey },
    caFile: values.s3CaFile,
    encryption: s3Encryption === 'default' ? null : { method: s3Encryption, kmsKeyId: s3KmsKey },
    lockMode: values.s3LockMode,
  };
}

function journalOf({
  journalStore,
  journalWriter,
  eventStoreUrl: url,
  eventStoreCaFile: caFile,
}: Values): Config['journal'] {
  return journalStore === 'postgres' || url === null
    ? { store: 'postgres', writer: journalWriter }
    : { store: journalStore, address: { url, caFile } };
}

const isOpen = (set: 'auto' | 'on' | 'off', { environment }: Pick<Values, 'environment'>): boolean =>
  set === 'auto' ? environment === 'development' : set === 'on';

function apiOf(values: Values, house: Omit<HouseTerms, 'softClose'>): Config['api'] {
  const { softCloseWindowMs: windowMs, softCloseExtensionsMax: extensionsMax } = values;
  const softClose =
    windowMs === 0 ? null : { windowMs, extensionsMax, extensionTotalMaxMs: values.softCloseTotalMaxMs };
  return {
    host: values.httpHost,
    port: values.httpPort,
    proxies: values.httpProxies,
    origins: values.httpOrigins,
    open: { docs: isOpen(values.httpDocs, values), metrics: isOpen(values.httpMetrics, values) },
    web: values.web === 'on',
    limits: {
      ...fixed.REQUEST_LIMITS,
      perSubjectPerMinute: values.ratePerSubject,
      perAddressPerMinute: values.ratePerAddress,
    },
    flight: fixed.FLIGHT_LIMITS,
    tokens: {
      key: tokenKeyOf(values),
      issuer: values.jwtIssuer,
      audience: values.jwtAudience,
      lifetimeMaxMs: values.tokenLifetimeMaxMs,
      cacheMax: fixed.TOKEN_CACHE_MAX,
    },
    answerTimeoutMs: values.answerTimeoutMs,
    house: { ...house, softClose },
    graphql: {
      introspection: isOpen(values.httpDocs, values),
      graphiql: values.environment === 'development',
    },
    sockets: {
      socketsMax: values.socketsMax,
      perAddressMax: values.socketsPerAddress,
      ...fixed.SOCKET_LIMITS,
    },
    closeGraceMs: values.shutdownGraceMs,
  };
}

function kafkaOf(values: Values): Config['kafka'] {
  const { kafkaBrokers: brokers, kafkaPrefix: prefix, kafkaSaslMechanism: mechanism } = values;
  if (brokers === null) return null;
  const [username, password] = [values.kafkaSaslUsername, values.kafkaSaslPassword];
  return {
    kafka: {
      brokers,
      prefix,
      clientId: 'gavel',
      tls:
        values.kafkaTls === 'off'
          ? null
          : { ca: values.kafkaTlsCa, cert: values.kafkaTlsCert, key: values.kafkaTlsKey },
      sasl: mechanism === null || username === null || password === null ? null : { mechanism, username, password },
    },
    topics: { partitions: values.partitions, replicas: values.kafkaReplicas, retentionMs: values.kafkaRetentionMs },
    groupId: `${prefix}engines`,
    signingKey: values.kafkaSigningKey,
    signingKeyAlso: values.kafkaSigningKeyAlso,
    queueMax: fixed.QUEUE_MAX,
    batchMax: fixed.batchMaxOf(values.journalStore),
    retryAfterMs: ENGINE_DEFAULTS.partition.retryAfterMs,
    forgetAfterMs: FORGET_AFTER_MS + values.answerTimeoutMs,
    ...fixed.KAFKA,
  };
}

/** Beyond the time in which a client is answered; what comes later is asked for by GET /commands/{id}. */
const FORGET_AFTER_MS = 20_000;

function tokenKeyOf({ jwtSecret, jwtSecretAlso, jwksUrl }: Values): TokenKeySetting {
  if (jwksUrl !== null) return { kind: 'jwks', url: jwksUrl };
  return jwtSecret === null ? { kind: 'made' } : { kind: 'secret', secret: jwtSecret, also: jwtSecretAlso };
}

const engineOf = ({ refusalsPerMinuteMax }: Values): EngineSettings => ({
  ...ENGINE_DEFAULTS,
  partition: { ...ENGINE_DEFAULTS.partition, refusalsPerMinuteMax },
});

type HouseFile = Readonly<{ path: string | null; terms: Omit<HouseTerms, 'softClose'> }>;
/** The text of a file; null where there is none. */
type ReadText = (path: string) => string | null;

/** Read where it is there, if no other file is named. */
const HOUSE_FILE = 'config/house.json';

const brokenRules: BrokenRules = ({ fees, schedules, rounding, increments, categories }) =>
  [
    feesProblem(fees),
    ...schedules.map((schedule, place) => feesProblem(schedule, `schedules[${place}]`)),
    ...Object.entries(rounding).map(([code, of]) => roundingProblem(`rounding.${code}`, of)),
    ...Object.entries(increments).map(([code, table]) => incrementsProblem(table, `increments.${code}`)),
    categoriesProblem(categories),
  ].filter((problem) => problem !== null);

function houseFileOf(named: string | null | undefined, read: ReadText, problems: string[]): HouseFile {
  const path = named ?? HOUSE_FILE;
  const text = read(resolve(path));
  if (text === null) {
    if (named != null) problems.push(`GAVEL_HOUSE_FILE is "${named}"; there is no such file`);
    return { path: null, terms: DEFAULT_HOUSE };
  }
  const { terms, problems: found } = readHouseFile(text, brokenRules);
  problems.push(...found.map((problem) => `${path}: ${problem}`));
  return { path, terms };
}

/** The name that takes the fewest single-letter edits to get to. */
function nearest(name: string, known: readonly string[]): string {
  const scored = known.map((other) => ({ other, edits: editDistance(name, other) }));
  return scored.reduce((best, one) => (one.edits < best.edits ? one : best)).other;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries())
      next.push(Math.min((next[j] ?? 0) + 1, (row[j + 1] ?? 0) + 1, (row[j] ?? 0) + (letter === other ? 0 : 1)));
    row = next;
  }
  return row.at(-1) ?? 0;
}

/** The page docs/settings.md. */
export function settingsPage(): string {
  const groups = Object.entries(GROUPS).map(([heading, group]) => {
    const rows = Object.values<Setting<unknown>>(group).map(
      ({ name, preset, takes, doc }) =>
        `| \`${name}\` | ${preset === null ? 'absent' : `\`${preset}\``} | ${takes} | ${doc} |`,
    );
    return `## ${heading}\n\n| Variable | Default | Takes | What it is |\n|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `${PREAMBLE}\n${groups.join('\n')}`;
}

const PREAMBLE = `# Settings

Environment variables, read once at the start. A name that is not on this page, or a value that does not fit, stops the
start with a line that says what would be right. This page is made from [src/config.ts](../src/config.ts).
`;
