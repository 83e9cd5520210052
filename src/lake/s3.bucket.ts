// The bucket itself: made if it is missing, with object lock where the server has it, and with rules for what grows old.
import {
  CreateBucketCommand,
  GetBucketLifecycleConfigurationCommand,
  GetObjectLockConfigurationCommand,
  HeadBucketCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  S3Client,
  S3ServiceException,
  type TransitionStorageClass,
} from '@aws-sdk/client-s3';
import { StoreFailed } from './object-store.js';
import { clientConfig, type S3Settings } from './s3.store.js';

/** Rules by prefix, below the house's own. Days count from when an object was written; null leaves a rule out. */
export type AgeRules = Readonly<{
  coldPrefix: string;
  coldAfterDays: number | null;
  coldClass: TransitionStorageClass;
  expiringPrefix: string;
  expireAfterDays: number | null;
  /** What Gavel deletes here is gone a day later, where the bucket keeps versions. */
  prunedPrefix: string;
}>;

/** What became of it. `locked` and `rules` are false where the server does not know such things. */
export type PreparedBucket = Readonly<{ made: boolean; locked: boolean; rules: boolean }>;

const OWN_RULE = /^gavel-/;
const UPLOADS_ABANDONED_DAYS = 7;

/** Makes the bucket if it is missing and sets our rules anew; rules of others stay. Refuses with `StoreFailed`. */
export async function prepareBucket(settings: S3Settings, rules: AgeRules): Promise<PreparedBucket> {
  const client = new S3Client(clientConfig(settings));
  try {
    const made = await makeIfMissing(client, settings);
    return { made, locked: await isLocked(client, settings), rules: await setRules(client, settings, rules) };
  } catch (error) {
    throw new StoreFailed(`preparing the bucket s3://${settings.bucket}`, error);
  } finally {
    client.destroy();
  }
}

async function makeIfMissing(client: S3Client, { bucket, region }: S3Settings): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }));
    return false;
  } catch (error) {
    if (statusOf(error) !== 404) throw error;
  }
  const constraint = region === 'us-east-1' ? undefined : { LocationConstraint: region as 'eu-west-1' };
  const input = { Bucket: bucket, ...(constraint && { CreateBucketConfiguration: constraint }) };
  await client.send(new CreateBucketCommand({ ...input, ObjectLockEnabledForBucket: true })).catch((error: unknown) => {
    if (!isUnknown(error)) throw error;
    return client.send(new CreateBucketCommand(input));
  });
  return true;
}

async function isLocked(client: S3Client, { bucket: Bucket }: S3Settings): Promise<boolean> {
  try {
    const { ObjectLockConfiguration: found } = await client.send(new GetObjectLockConfigurationCommand({ Bucket }));
    return found?.ObjectLockEnabled === 'Enabled';
  } catch (error) {
    if (isUnknown(error) || statusOf(error) === 404) return false;
    throw error;
  }
}

async function setRules(client: S3Client, settings: S3Settings, rules: AgeRules): Promise<boolean> {
  const Bucket = settings.bucket;
  try {
    const others = await rulesOf(client, Bucket);
    const kept = others.filter(({ ID = '' }) => !OWN_RULE.test(ID));
    const LifecycleConfiguration = { Rules: [...kept, ...ownRules(settings.prefix, rules)] };
    await client.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration }));
    return true;
  } catch (error) {
    if (isUnknown(error)) return false;
    throw error;
  }
}

async function rulesOf(client: S3Client, Bucket: string): Promise<readonly LifecycleRule[]> {
  try {
    return (await client.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))).Rules ?? [];
  } catch (error) {
    if (statusOf(error) === 404) return [];
    throw error;
  }
}

function ownRules(prefix: string, rules: AgeRules): readonly LifecycleRule[] {
  const rule = (name: string, below: string, more: Partial<LifecycleRule>): LifecycleRule => ({
    ID: `gavel-${name}`,
    Status: 'Enabled',
    Filter: { Prefix: prefix + below },
    ...more,
  });
  const { coldAfterDays: Days, coldClass: StorageClass, expireAfterDays } = rules;
  const NoncurrentVersionExpiration = { NoncurrentDays: 1 };
  return [
    rule('uploads', '', { AbortIncompleteMultipartUpload: { DaysAfterInitiation: UPLOADS_ABANDONED_DAYS } }),
    ...(Days === null ? [] : [rule('cold', rules.coldPrefix, { Transitions: [{ Days, StorageClass }] })]),
    ...(expireAfterDays === null
      ? []
      : [
          rule('expiry', rules.expiringPrefix, {
            Expiration: { Days: expireAfterDays },
            NoncurrentVersionExpiration,
          }),
        ]),
    rule('pruned', rules.prunedPrefix, { NoncurrentVersionExpiration }),
  ];
}

const statusOf = (error: unknown): number | undefined =>
  error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
/** What servers answer that do not have the feature. */
const isUnknown = (error: unknown): boolean =>
  statusOf(error) === 501 || (error instanceof Error && /^(NotImplemented|MethodNotAllowed)$/.test(error.name));
