import { randomBytes } from 'node:crypto';
import { S3Store } from '../../src/lake/s3.store.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { describeWithRealS3, describeWithTool } from '../support/requires.js';
import { s3SettingsAt, startVersitygw } from '../support/s3-servers.js';
import { objectStoreContract } from './object-store.contract.js';

describeWithTool('versitygw', 'over the S3 protocol', () => {
  objectStoreContract('a bucket of versitygw', async () => {
    const server = await startVersitygw();
    return { open: () => new S3Store(server.settings, new SystemRuntime()), close: () => server.stop() };
  });
});

describeWithRealS3('over the S3 protocol, elsewhere', (url) => {
  objectStoreContract('the bucket of S3_TEST_URL', async () => {
    const atAws = url.protocol === 's3:';
    const settings = {
      ...s3SettingsAt(atAws ? null : url.origin),
      bucket: atAws ? url.hostname : url.pathname.replaceAll('/', ''),
      prefix: `gavel-test-${randomBytes(6).toString('hex')}/`,
      region: process.env['AWS_REGION'] ?? 'us-east-1',
    };
    const open = () => new S3Store(settings, new SystemRuntime());
    const close = async () => {
      const store = open();
      for await (const { key } of store.list('')) await store.delete(key);
      store.close();
    };
    return { open, close };
  });
});
