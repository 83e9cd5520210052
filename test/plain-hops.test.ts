import { describe, expect, it } from '@jest/globals';
import { type ConfigInvalid, loadConfig } from '../src/config.js';

const HINT = 'in production; encrypt the hop, or set GAVEL_TLS=network where the network does';
const production = { GAVEL_ENV: 'production', GAVEL_JWT_SECRET: 'not-a-real-secret-of-thirty-two-bytes' };
const kafka = { GAVEL_KAFKA_SIGNING_KEY: 'not-a-real-secret-of-thirty-two-bytes' };
const bucket = { GAVEL_LAKE_URL: 's3://gavel' };
const alerts = { GAVEL_ALERT_SNS_TOPIC: 'arn:aws:sns:eu-central-1:123456789012:alerts' };

function problemsOf(env: Readonly<Record<string, string>>): readonly string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigInvalid).problems;
  }
}

type Settings = Readonly<Record<string, string>>;

/** By hop: settings that are plain to another machine, what is said of them, and settings that are not. */
const HOPS: Readonly<Record<string, readonly [plain: Settings, said: string, ...others: readonly Settings[]]>> = {
  PostgreSQL: [
    { GAVEL_POSTGRES_URL: 'postgres://gavel:x@db.example/gavel' },
    'GAVEL_POSTGRES_URL has no sslmode=verify-full',
    { GAVEL_POSTGRES_URL: 'postgres://gavel:x@db.example/gavel?sslmode=verify-full' },
    { GAVEL_POSTGRES_URL: 'postgres://gavel:x@127.0.0.1:5432/gavel' },
    { GAVEL_POSTGRES_URL: 'postgres://gavel:x@[::1]:5432/gavel' },
    { GAVEL_POSTGRES_URL: 'postgres:///gavel?host=/var/run/postgresql' },
  ],
  'PostgreSQL without verification': [
    { GAVEL_POSTGRES_URL: 'postgres://gavel:x@db.example/gavel?sslmode=no-verify' },
    'GAVEL_POSTGRES_URL has no sslmode=verify-full',
  ],
  'PostgreSQL at another address than the URL begins with': [
    { GAVEL_POSTGRES_URL: 'postgres://gavel:x@localhost/gavel?host=db.example' },
    'GAVEL_POSTGRES_URL has no sslmode=verify-full',
  ],
  EventStoreDB: [
    { GAVEL_JOURNAL: 'eventstoredb', GAVEL_EVENTSTOREDB_URL: 'esdb://localhost:2113,es.example:2113?tls=false' },
    'GAVEL_EVENTSTOREDB_URL says tls=false',
    { GAVEL_JOURNAL: 'eventstoredb', GAVEL_EVENTSTOREDB_URL: 'esdb://admin:x@es.example:2113' },
    { GAVEL_JOURNAL: 'eventstoredb', GAVEL_EVENTSTOREDB_URL: 'esdb://admin:x@localhost:2113?tls=false' },
  ],
  Kafka: [
    { ...kafka, GAVEL_KAFKA_BROKERS: 'localhost:9092,kafka.example:9092' },
    'GAVEL_KAFKA_TLS is "off"',
    { ...kafka, GAVEL_KAFKA_BROKERS: 'kafka.example:9092', GAVEL_KAFKA_TLS: 'on' },
    { ...kafka, GAVEL_KAFKA_BROKERS: 'localhost:9092,127.0.0.2:9092' },
  ],
  S3: [
    { ...bucket, GAVEL_S3_ENDPOINT: 'http://s3.example:9000' },
    'GAVEL_S3_ENDPOINT begins with http://',
    bucket,
    { ...bucket, GAVEL_S3_ENDPOINT: 'https://s3.example:9000' },
    { ...bucket, GAVEL_S3_ENDPOINT: 'http://localhost:9000' },
  ],
  mail: [
    { GAVEL_MAIL_URL: 'smtp://mail.example:587' },
    'GAVEL_MAIL_URL is neither smtps:// nor has it ?requireTLS=true',
    { GAVEL_MAIL_URL: 'smtps://mail.example' },
    { GAVEL_MAIL_URL: 'smtp://mail.example:587?requireTLS=true' },
    { GAVEL_MAIL_URL: 'smtp://localhost:1025' },
  ],
  webhook: [
    { GAVEL_ALERT_WEBHOOK: 'http://hooks.example/x' },
    'GAVEL_ALERT_WEBHOOK begins with http://',
    { GAVEL_ALERT_WEBHOOK: 'https://hooks.example/x' },
  ],
  SNS: [
    { ...alerts, GAVEL_ALERT_SNS_ENDPOINT: 'http://sns.example' },
    'GAVEL_ALERT_SNS_ENDPOINT begins with http://',
    alerts,
  ],
  Metabase: [
    { GAVEL_METABASE_URL: 'http://metabase.example:3000' },
    'GAVEL_METABASE_URL begins with http://',
    { GAVEL_METABASE_URL: 'https://metabase.example' },
    { GAVEL_METABASE_URL: 'http://localhost:3001' },
  ],
  'from Metabase to the database': [
    { GAVEL_METABASE_DATABASE_URL: 'postgres://reader:x@db.example/gavel' },
    'GAVEL_METABASE_DATABASE_URL has no sslmode=require',
    { GAVEL_METABASE_DATABASE_URL: 'postgres://reader:x@db.example/gavel?sslmode=require' },
    { GAVEL_METABASE_DATABASE_URL: 'postgres://reader:x@localhost/gavel' },
  ],
  'links in mail': [
    { GAVEL_MAIL_LINK_KEY: 'not-a-real-secret-of-thirty-two-bytes', GAVEL_PUBLIC_URL: 'http://bids.example' },
    'GAVEL_PUBLIC_URL begins with http://',
    { GAVEL_MAIL_LINK_KEY: 'not-a-real-secret-of-thirty-two-bytes', GAVEL_PUBLIC_URL: 'https://bids.example' },
  ],
  'the API': [
    { GAVEL_HTTP_HOST: '0.0.0.0' },
    'GAVEL_HTTP_HOST is open to other machines with no proxy in front that ends TLS (GAVEL_HTTP_PROXIES)',
    { GAVEL_HTTP_HOST: '0.0.0.0', GAVEL_HTTP_PROXIES: '1' },
    { GAVEL_HTTP_HOST: 'localhost' },
  ],
};

describe.each(Object.entries(HOPS))('%s', (_, [plain, said, ...others]) => {
  it('is not left plain in production', () => {
    expect(problemsOf({ ...production, ...plain })).toEqual([`${said} ${HINT}`]);
  });

  it('may be plain where the network sees to it, and in development', () => {
    expect(problemsOf({ ...production, ...plain, GAVEL_TLS: 'network' })).toEqual([]);
    expect(problemsOf(plain)).toEqual([]);
  });

  it('is taken when it is encrypted or stays on this machine', () => {
    for (const other of others) expect(problemsOf({ ...production, ...other })).toEqual([]);
  });
});

it('repeats no secret of an address', () => {
  const all = Object.assign({}, ...Object.values(HOPS).map(([plain]) => plain));
  expect(problemsOf({ ...production, ...all }).join()).not.toMatch(/gavel:x|hooks\.example/);
});
