// The one way to skip a test: something the machine may lack is named in the test's name, with how to provide it. CI
// counts every other skip as a failure (.ci/summary.mjs).
import { existsSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { describe, it } from '@jest/globals';
import { installedKafka } from '../../src/embedded/kafka/installation.js';
import { installedTool, type Tool } from './s3-servers.js';

/** A folder of recorded auctions: `$GAVEL_TEST_DATA`, else shared/data beside the repository; undefined if absent. */
export function testData(...path: string[]): string | undefined {
  const given = process.env['GAVEL_TEST_DATA'];
  const folder = join(given === undefined || given === '' ? resolve('..', 'shared', 'data') : resolve(given), ...path);
  return existsSync(folder) ? folder : undefined;
}

/**
 * Like `describe`, for tests over recorded auctions, which are not part of the repository. Without the data they are
 * skipped, with the variable to set in their name.
 */
export function describeWithTestData(name: string, path: string, tests: (folder: string) => void): void {
  const folder = testData(path);
  if (folder !== undefined) describe(name, () => tests(folder));
  else
    describe.skip(`${name} (skipped: set GAVEL_TEST_DATA to a folder that holds ${path}/)`, () =>
      it('needs data', () => undefined));
}

const hasKafka = (process.env['KAFKA_BROKERS'] ?? '') !== '' || installedKafka() !== null;

/**
 * Like `describe`, for tests that need a real Kafka: the one that `KAFKA_BROKERS` names, else ours, once it is installed.
 * Where there is neither they are skipped, with the command that would help in their name; in CI they fail.
 */
export function describeWithKafka(name: string, tests: () => void): void {
  if (hasKafka) describe(name, tests);
  else if (process.env['CI'] === 'true')
    it(`${name} (needs Kafka, which .ci/run installs by "npm run -s gavel -- kafka install")`, () => {
      throw new Error('there is no Kafka, and CI runs every test');
    });
  else
    describe.skip(`${name} (skipped: set KAFKA_BROKERS, or run "npm run -s gavel -- kafka install")`, () =>
      it('needs Kafka', () => undefined));
}

/**
 * Like `describe`, for tests that run against a real EventStoreDB or KurrentDB as well as on its double: `EVENTSTOREDB_URL`
 * names it, and other things may be in it. Without one they are skipped, with the variable to set in their name.
 */
export function describeWithEventStore(name: string, tests: (url: string) => void): void {
  const url = process.env['EVENTSTOREDB_URL'] ?? '';
  if (url !== '') describe(name, () => tests(url));
  else
    describe.skip(`${name} (skipped: set EVENTSTOREDB_URL to the address of a server)`, () =>
      it('needs a server', () => undefined));
}

/**
 * Like `describe`, for tests that need a program which scripts/test-tools.mjs fetches, as the S3 servers versitygw and moto. Without it they are skipped, with the command that would help in their name; in CI they fail.
 */
export function describeWithTool(tool: Tool, name: string, tests: () => void): void {
  const help = 'npm run test:tools';
  if (installedTool(tool) !== null) describe(name, tests);
  else if (process.env['CI'] === 'true')
    it(`${name} (needs ${tool}, which .ci/run installs by "${help}")`, () => {
      throw new Error(`there is no ${tool}, and CI runs every test`);
    });
  else describe.skip(`${name} (skipped: run "${help}" to have ${tool})`, () => it('needs it', () => undefined));
}

/**
 * Like `describe`, for tests against the S3 that `S3_TEST_URL` names: `s3://bucket` at AWS, or `http(s)://host/bucket`
 * elsewhere, with the credentials that the AWS SDK finds. Tests write below a prefix of their own and remove what they can.
 */
export function describeWithRealS3(name: string, tests: (url: URL) => void): void {
  const url = process.env['S3_TEST_URL'] ?? '';
  if (url !== '') describe(name, () => tests(new URL(url)));
  else describe.skip(`${name} (skipped: set S3_TEST_URL to a bucket)`, () => it('needs a bucket', () => undefined));
}

const CHROMIUM = process.env['GAVEL_TEST_CHROMIUM'] ?? '/usr/bin/chromium';

/**
 * Like `describe`, for tests that look at pages as a browser does: with the Chromium that `GAVEL_TEST_CHROMIUM` names, else
 * Debian's. Without one they are skipped, with the command that would help in their name; in CI they fail.
 */
export function describeWithChromium(name: string, tests: (path: string) => void): void {
  if (existsSync(CHROMIUM)) describe(name, () => tests(CHROMIUM));
  else if (process.env['CI'] === 'true')
    it(`${name} (needs Chromium, which .ci/run installs by "apt-get install chromium")`, () => {
      throw new Error('there is no Chromium, and CI runs every test');
    });
  else
    describe.skip(`${name} (skipped: set GAVEL_TEST_CHROMIUM, or run "apt-get install chromium")`, () =>
      it('needs Chromium', () => undefined));
}

const pathOf = (program: string): string | undefined =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find((path) => existsSync(path));

/**
 * Like `describe`, for tests that run a program of a Debian package, as promtool of prometheus. Without it they are skipped,
 * with the command that would help in their name; in CI they fail.
 */
export function describeWithProgram(program: string, debianPackage: string, name: string, tests: () => void): void {
  const help = `apt-get install ${debianPackage}`;
  if (pathOf(program) !== undefined) describe(name, tests);
  else if (process.env['CI'] === 'true')
    it(`${name} (needs ${program}, which .ci/run installs by "${help}")`, () => {
      throw new Error(`there is no ${program}, and CI runs every test`);
    });
  else describe.skip(`${name} (skipped: run "${help}")`, () => it(`needs ${program}`, () => undefined));
}

/** The same for tests that do what a person does with psql. */
export const describeWithPsql = (name: string, tests: () => void): void =>
  describeWithProgram('psql', 'postgresql-client', name, tests);
