// Objects of an S3 bucket, at AWS or at any server that speaks the same protocol and knows conditional writes.
import { readFileSync } from 'node:fs';
import { Agent } from 'node:https';
import { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { Upload } from '@aws-sdk/lib-storage';
import type { Runtime } from '../runtime/runtime.js';
import { checkBytes, checked } from './hashing.js';
import {
  type ByteRange,
  ChecksumMismatch,
  checkKey,
  ObjectMissing,
  type ObjectStore,
  type PutOptions,
  type PutResult,
  type StoredObject,
  StoreFailed,
} from './object-store.js';

export type S3Settings = Readonly<{
  bucket: string;
  /** What every key begins with inside the bucket, with its slash; empty for none. */
  prefix: string;
  region: string;
  /** Null for AWS itself. */
  endpoint: string | null;
  /** Whether the bucket is named in the path rather than in the host's name. */
  pathStyle: boolean;
  /** Null takes what the machine offers, as the AWS SDKs do (environment, profile, instance role). */
  credentials: Readonly<{ accessKeyId: string; secretAccessKey: string }> | null;
  /** PEM file of the authority that the endpoint's certificate is from; null for those that Node trusts. */
  caFile: string | null;
  /** Server-side encryption, asked for with every object; null leaves it to the bucket's default. */
  encryption: Readonly<{ method: 'AES256' | 'aws:kms'; kmsKeyId: string | null }> | null;
  /** How hard a lock is: governance can be lifted by whoever has that permission, compliance by nobody. */
  lockMode: 'governance' | 'compliance';
}>;

const CONNECT_WITHIN_MS = 5_000;
/** Without a byte for so long a request has failed. */
const SILENT_MAX_MS = 60_000;
const ATTEMPTS_MAX = 5;
/** S3 answers 409 to a conditional write while another one of the same key is under way. */
const CONFLICTS_MAX = 20;
const CONFLICT_PAUSE_MS = 50;

export class S3Store implements ObjectStore {
  readonly url: string;
  private readonly client: S3Client;
  private locks: Promise<boolean> | null = null;

  constructor(
    private readonly settings: S3Settings,
    private readonly runtime: Pick<Runtime, 'sleep'>,
  ) {
    this.url = `s3://${settings.bucket}/${settings.prefix}`;
    this.client = new S3Client(clientConfig(settings));
  }

  async put(key: string, body: Uint8Array | Readable, options: PutOptions = {}): Promise<PutResult> {
    checkKey(key);
    const isWhole = body instanceof Uint8Array;
    if (isWhole) checkBytes(key, body, options.sha256);
    const input = await this.putInput(key, options);
    for (let conflicts = 0; ; conflicts++) {
      try {
        if (isWhole) await this.client.send(new PutObjectCommand({ ...input, ...checksum(options), Body: body }));
        else await this.upload(input, checked(key, body, options.sha256));
        return 'stored';
      } catch (error) {
        if (error instanceof ChecksumMismatch) throw error;
        if (options.ifAbsent === true && statusOf(error) === 412) return 'exists';
        if (!isWhole || statusOf(error) !== 409 || conflicts === CONFLICTS_MAX)
          throw this.failed(`writing ${key}`, error);
        await this.runtime.sleep(CONFLICT_PAUSE_MS);
      }
    }
  }

  /** In parts that are held in memory and sent again one by one if need be; nothing is to be seen before the last. */
  private async upload(input: PutInput, body: Readable): Promise<void> {
    const params = { ...input, ChecksumAlgorithm: 'SHA256' as const, Body: body };
    try {
      await new Upload({ client: this.client, params }).done();
    } finally {
      body.destroy();
    }
  }

  private async putInput(key: string, { ifAbsent, lockedUntilMs }: PutOptions): Promise<PutInput> {
    const { bucket, encryption, lockMode } = this.settings;
    const isLocked = lockedUntilMs !== undefined && (await this.hasObjectLock());
    return {
      Bucket: bucket,
      Key: this.inBucket(key),
      ...(ifAbsent === true && { IfNoneMatch: '*' }),
      ...(encryption !== null && { ServerSideEncryption: encryption.method }),
      ...(encryption?.kmsKeyId != null && { SSEKMSKeyId: encryption.kmsKeyId }),
      ...(isLocked && {
        ObjectLockMode: lockMode === 'compliance' ? ('COMPLIANCE' as const) : ('GOVERNANCE' as const),
        ObjectLockRetainUntilDate: new Date(lockedUntilMs),
      }),
    };
  }

  /** Whether the bucket was made with object lock; asked once. */
  private hasObjectLock(): Promise<boolean> {
    const ask = async (): Promise<boolean> => {
      try {
        const command = new GetObjectLockConfigurationCommand({ Bucket: this.settings.bucket });
        const { ObjectLockConfiguration: found } = await this.client.send(command);
        return found?.ObjectLockEnabled === 'Enabled';
      } catch (error) {
        if (nameOf(error) === 'ObjectLockConfigurationNotFoundError' || statusOf(error) === 501) return false;
        this.locks = null;
        throw this.failed('asking for its object lock', error);
      }
    };
    this.locks ??= ask();
    return this.locks;
  }

  async get(key: string, range?: ByteRange): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of await this.read(key, range)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async read(key: string, range?: ByteRange): Promise<Readable> {
    checkKey(key);
    const bounds = range === undefined ? null : headerOf(range);
    if (bounds === '') return Readable.from([]);
    const where = { Bucket: this.settings.bucket, Key: this.inBucket(key), ...(bounds !== null && { Range: bounds }) };
    try {
      const { Body: body } = await this.client.send(new GetObjectCommand(where));
      if (!(body instanceof Readable)) throw new Error('the answer has no body');
      return body;
    } catch (error) {
      if (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket') throw new ObjectMissing(key);
      // A range that begins behind the end has no bytes.
      if (statusOf(error) === 416) return Readable.from([]);
      throw this.failed(`reading ${key}`, error);
    }
  }

  async stat(key: string): Promise<StoredObject | null> {
    checkKey(key);
    try {
      const command = new HeadObjectCommand({ Bucket: this.settings.bucket, Key: this.inBucket(key) });
      const { ContentLength: bytes } = await this.client.send(command);
      return { key, bytes: bytes ?? 0 };
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw this.failed(`looking for ${key}`, error);
    }
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.settings.bucket,
        Prefix: this.settings.prefix + prefix,
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await this.client.send(command).catch((error: unknown) => {
        throw this.failed(`listing ${prefix}`, error);
      });
      // Some servers list folders that were made by hand.
      for (const { Key: key = '', Size: bytes = 0 } of page.Contents ?? [])
        if (!key.endsWith('/')) yield { key: key.slice(this.settings.prefix.length), bytes };
      token = page.NextContinuationToken;
    } while (token !== undefined);
  }

  async delete(key: string): Promise<void> {
    checkKey(key);
    try {
      await this.client.send(new DeleteObjectCommand({ Bucket: this.settings.bucket, Key: this.inBucket(key) }));
    } catch (error) {
      if (statusOf(error) === 404 && nameOf(error) !== 'NoSuchBucket') return;
      throw this.failed(`deleting ${key}`, error);
    }
  }

  pathOf(): null {
    return null;
  }

  close(): void {
    this.client.destroy();
  }

  private inBucket(key: string): string {
    return this.settings.prefix + key;
  }

  private failed(what: string, error: unknown): StoreFailed {
    return new StoreFailed(`${what} in ${this.url}`, error);
  }
}

type PutInput = Omit<PutObjectCommandInput, 'Body'> & Readonly<{ Bucket: string; Key: string }>;

/** What the SDK needs to know of the server. */
export function clientConfig({ region, endpoint, pathStyle, credentials, caFile }: S3Settings) {
  return {
    region,
    forcePathStyle: pathStyle,
    ...(endpoint !== null && { endpoint }),
    ...(credentials !== null && { credentials }),
    maxAttempts: ATTEMPTS_MAX,
    requestHandler: {
      connectionTimeout: CONNECT_WITHIN_MS,
      requestTimeout: SILENT_MAX_MS,
      throwOnRequestTimeout: true,
      ...(caFile !== null && { httpsAgent: new Agent({ keepAlive: true, ca: readFileSync(caFile) }) }),
    },
  };
}

/** The server compares it with what arrived. */
const checksum = ({ sha256 }: PutOptions) =>
  sha256 === undefined
    ? { ChecksumAlgorithm: 'SHA256' as const }
    : { ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') };

/** As HTTP has it; empty for a range without bytes, which HTTP cannot say. */
function headerOf({ from, to }: ByteRange): string {
  if (to === undefined) return `bytes=${from}-`;
  return to <= from ? '' : `bytes=${from}-${to - 1}`;
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
