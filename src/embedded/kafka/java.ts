// The Java that a machine has: Kafka needs 17 or later to run, and Maven to be fetched.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { hasCode } from '../../runtime/system-error.js';
import { EmbeddedError } from '../embedded-error.js';

const JAVA_MAJOR_MIN = 17;

/** The `java` program: of JAVA_HOME, else of the PATH. Refuses a machine without Java 17 or later with one sentence. */
export async function javaProgram(): Promise<string> {
  const home = process.env['JAVA_HOME'];
  const java = home === undefined || home === '' ? 'java' : join(home, 'bin', 'java');
  const version = await versionOf(java, ['-version']);
  if (version === null)
    throw new EmbeddedError(
      'JavaMissing',
      `Kafka needs Java ${JAVA_MAJOR_MIN}; ${java} is missing (Debian: default-jre-headless)`,
    );
  const major = Number(/version "(\d+)/.exec(version)?.[1] ?? 0);
  if (major < JAVA_MAJOR_MIN)
    throw new EmbeddedError(
      'JavaMissing',
      `Kafka needs Java ${JAVA_MAJOR_MIN} or later; ${java} is ${version.split('\n')[0]?.trim()}`,
    );
  return java;
}

/** The `mvn` program. Refuses a machine without it with one sentence. */
export async function mavenProgram(): Promise<string> {
  const maven = process.platform === 'win32' ? 'mvn.cmd' : 'mvn';
  if ((await versionOf(maven, ['--version'])) === null)
    throw new EmbeddedError('MavenMissing', 'fetching Kafka needs Maven; mvn is missing (Debian: maven)');
  return maven;
}

/** What a program prints of itself, on either stream; null where there is no such program. */
async function versionOf(program: string, args: readonly string[]): Promise<string | null> {
  try {
    const { stdout, stderr } = await promisify(execFile)(program, [...args]);
    return stdout + stderr;
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return null;
    throw error;
  }
}
