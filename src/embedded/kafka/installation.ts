// The jars of Apache Kafka: fetched once by Maven, which checks them, and kept outside every data directory.
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Log } from '../../runtime/log.js';
import { PACKAGE_ROOT } from '../../runtime/package-root.js';
import { hasCode } from '../../runtime/system-error.js';
import { runProgram } from '../dependent-process.js';
import { EmbeddedError } from '../embedded-error.js';
import { mavenProgram } from './java.js';

export type KafkaInstallation = Readonly<{
  version: string;
  /** For Java's `-cp`. */
  classPath: string;
}>;

const pom = join(PACKAGE_ROOT, 'kafka', 'pom.xml');
const FETCH_WITHIN_MS = 600_000;

/** The Kafka that kafka/pom.xml names, if it has been fetched; null otherwise. */
export function installedKafka(): KafkaInstallation | null {
  const installation = described();
  return existsSync(dirname(installation.classPath)) ? installation : null;
}

/** The same, fetched now if need be. Refuses a machine without Maven, or out of reach of its repository. */
export async function installKafka(log: Log): Promise<KafkaInstallation> {
  const installed = installedKafka();
  if (installed !== null) return installed;
  const installation = described();
  const target = dirname(dirname(installation.classPath));
  const maven = await mavenProgram();
  await mkdir(dirname(target), { recursive: true });
  const aside = await mkdtemp(`${target}-`);
  const startedAt = performance.now();
  try {
    await copyJars(maven, join(aside, 'lib'));
    // Another process may have been faster; its jars are the same.
    await rename(aside, target).catch((error: unknown) => {
      if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error;
    });
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  log.info({ version: installation.version, ms: Math.round(performance.now() - startedAt) }, 'fetched Apache Kafka');
  return installation;
}

async function copyJars(maven: string, directory: string): Promise<void> {
  const args = ['-q', '-B', '-ntp', '-f', pom, 'dependency:copy-dependencies', '-DincludeScope=runtime'];
  try {
    await runProgram(maven, [...args, `-DoutputDirectory=${directory}`], { timeout: FETCH_WITHIN_MS });
  } catch (cause) {
    const output = typeof cause === 'object' && cause !== null && 'stdout' in cause ? String(cause.stdout) : '';
    const why = output.split('\n').find((line) => line.includes('[ERROR]')) ?? String(cause);
    throw new EmbeddedError('KafkaFetchFailed', `Maven could not fetch Kafka: ${why.slice(0, 300)}`, { cause });
  }
}

function described(): KafkaInstallation {
  const version = /<artifactId>kafka_2\.13<\/artifactId>\s*<version>([^<]+)</.exec(readFileSync(pom, 'utf8'))?.[1];
  if (version === undefined) throw new Error(`${pom} names no version of Kafka`);
  return { version, classPath: join(cacheDirectory(), `kafka-${version}`, 'lib', '*') };
}

/** As the XDG Base Directory Specification has it. */
function cacheDirectory(): string {
  const given = process.env['XDG_CACHE_HOME'];
  return join(given === undefined || given === '' ? join(homedir(), '.cache') : given, 'gavel');
}
