// What S3 has beyond the contract: TLS, object lock, encryption, and a server that is not there.
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectRetentionCommand,
  HeadObjectCommand,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { prepareBucket } from '../../src/lake/s3.bucket.js';
import { S3Store } from '../../src/lake/s3.store.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { certificatesIn } from '../support/certificates.js';
import { describeWithTool } from '../support/requires.js';
import { type S3Server, s3SettingsAt, startMoto, startVersitygw } from '../support/s3-servers.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const runtime = new SystemRuntime();
const body = new TextEncoder().encode('an object');

/** The SDK's own client, to look at what an object carries. */
const clientFor = ({ settings }: S3Server): S3Client =>
  new S3Client({
    region: settings.region,
    endpoint: settings.endpoint ?? '',
    forcePathStyle: true,
    credentials: settings.credentials ?? { accessKeyId: '', secretAccessKey: '' },
  });

describeWithTool('versitygw', 'a bucket with object lock', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startVersitygw();
    await server.makeBucket('locked', { lock: true });
  });
  afterAll(() => server.stop());

  it('keeps an object until the time that was said, and one without as it was', async () => {
    const store = new S3Store({ ...server.settings, bucket: 'locked' }, runtime);
    const lockedUntilMs = Math.floor(runtime.now() / 1_000) * 1_000 + 86_400_000;
    await store.put('kept', body, { ifAbsent: true, lockedUntilMs });
    await store.put('free', body);
    const client = clientFor(server);
    const { Retention } = await client.send(new GetObjectRetentionCommand({ Bucket: 'locked', Key: 'house/kept' }));
    expect([Retention?.Mode, Retention?.RetainUntilDate?.getTime()]).toEqual(['GOVERNANCE', lockedUntilMs]);
    const { VersionId } = await client.send(new HeadObjectCommand({ Bucket: 'locked', Key: 'house/kept' }));
    const removal = client.send(new DeleteObjectCommand({ Bucket: 'locked', Key: 'house/kept', VersionId }));
    await expect(removal).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(
      client.send(new GetObjectRetentionCommand({ Bucket: 'locked', Key: 'house/free' })),
    ).rejects.toMatchObject({ name: 'NoSuchObjectLockConfiguration' });
    client.destroy();
    store.close();
  });

  it('is not asked for where the bucket has none', async () => {
    const store = new S3Store(server.settings, runtime);
    const lockedUntilMs = runtime.now() + 86_400_000;
    expect(await store.put('kept', body, { lockedUntilMs })).toBe('stored');
    store.close();
  });
});

describeWithTool('versitygw', 'an endpoint over TLS', () => {
  let server: S3Server;
  let scratch: Scratch;
  beforeAll(async () => {
    scratch = scratchDirectory('s3-tls');
    server = await startVersitygw(certificatesIn(scratch.path));
  });
  afterAll(async () => {
    await server.stop();
    scratch.remove();
  });

  it('is spoken to when its authority is known, and refused otherwise', async () => {
    const known = new S3Store(server.settings, runtime);
    expect(await known.put('a', body)).toBe('stored');
    known.close();
    const unknown = new S3Store({ ...server.settings, caFile: null }, runtime);
    await expect(unknown.put('a', body)).rejects.toMatchObject({ code: 'StoreFailed' });
    unknown.close();
  });
});

describeWithTool('moto', 'server-side encryption', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startMoto();
  });
  afterAll(() => server.stop());

  it.each([
    ['AES256', null],
    ['aws:kms', 'arn:aws:kms:us-east-1:123456789012:key/example'],
  ] as const)('is asked for by %s, for objects of one part and of several', async (method, kmsKeyId) => {
    const store = new S3Store({ ...server.settings, encryption: { method, kmsKeyId } }, runtime);
    await store.put(`small ${method}`, body);
    await store.put(`large ${method}`, Readable.from([Buffer.alloc(6 * 1024 * 1024)]));
    store.close();
    const client = clientFor(server);
    for (const key of [`small ${method}`, `large ${method}`]) {
      const found = await client.send(new HeadObjectCommand({ Bucket: 'lake', Key: `house/${key}` }));
      expect([found.ServerSideEncryption, found.SSEKMSKeyId ?? null]).toEqual([method, kmsKeyId]);
    }
    client.destroy();
  });
});

it('says in one sentence which bucket could not be reached', async () => {
  const credentials = { accessKeyId: 'a', secretAccessKey: 'b' };
  const store = new S3Store({ ...s3SettingsAt('http://127.0.0.1:1'), credentials }, runtime);
  await expect(store.get('a')).rejects.toThrow(/^reading a in s3:\/\/lake\/house\/ failed: .*ECONNREFUSED/);
  store.close();
});

describeWithTool('moto', 'a bucket that is prepared', () => {
  let server: S3Server;
  beforeAll(async () => {
    server = await startMoto();
  });
  afterAll(() => server.stop());

  const rules = {
    coldPrefix: 'bronze/events',
    coldAfterDays: 90,
    coldClass: 'GLACIER_IR',
    expiringPrefix: 'bronze/ingress/',
    expireAfterDays: 400,
    prunedPrefix: 'gold/',
  } as const;

  it('is made once, with object lock, and has our rules beside those of others', async () => {
    const settings = { ...server.settings, bucket: 'made', region: 'eu-central-1' };
    expect(await prepareBucket(settings, rules)).toEqual({ made: true, locked: true, rules: true });
    const client = clientFor(server);
    const other = { ID: 'theirs', Status: 'Enabled', Filter: { Prefix: 'x' }, Expiration: { Days: 7 } } as const;
    const LifecycleConfiguration = { Rules: [other] };
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket: 'made', LifecycleConfiguration }));
    expect(await prepareBucket(settings, rules)).toEqual({ made: false, locked: true, rules: true });
    expect(await prepareBucket(settings, { ...rules, expireAfterDays: null })).toMatchObject({ rules: true });
    const { Rules = [] } = await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket: 'made' }));
    expect(Rules.map(({ ID }) => ID)).toEqual(['theirs', 'gavel-uploads', 'gavel-cold', 'gavel-pruned']);
    expect(Rules[2]).toMatchObject({
      Filter: { Prefix: 'house/bronze/events' },
      Transitions: [{ Days: 90, StorageClass: 'GLACIER_IR' }],
    });
    client.destroy();
  });
});
