// A PostgreSQL that lets in only who speaks TLS, through the setting that an installation has for it.
import { chown, copyFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { sentencesFor } from '../../src/cli/sentences.js';
import { loadConfig } from '../../src/config.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/embedded/embedded-postgres.js';
import { connectionTo } from '../../src/house/database.js';
import { openHouse } from '../../src/house/house.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { runtime } from '../support/api.js';
import { type Certificates, certificatesIn } from '../support/certificates.js';
import { eventually } from '../support/eventually.js';
import { takesABid } from '../support/first-bid.js';
import { scratchDirectory } from '../support/scratch.js';

describe('a PostgreSQL that asks for TLS', () => {
  const [ours, others] = [scratchDirectory('tls'), scratchDirectory('tls-others')];
  let server: EmbeddedPostgres;
  let known: Certificates;

  beforeAll(async () => {
    known = certificatesIn(ours.path);
    const dataDir = join(ours.path, 'postgres');
    server = await startEmbeddedPostgres({
      dataDir,
      settings: { shared_buffers: '64MB', fsync: 'off' },
      log: silentLog,
    });
    await askForTls(server, join(dataDir, 'data'), known);
  }, 120_000);
  afterAll(async () => {
    await server?.stop();
    for (const scratch of [ours, others]) scratch.remove();
  });

  const configured = (query: string, host = '127.0.0.1') => {
    const { user, password, port, database } = server.connection;
    const url = `postgres://${user}:${password}@${host}:${port}/${database}${query}`;
    return loadConfig({ GAVEL_POSTGRES_URL: url }).postgres.url ?? new URL('postgres://none');
  };
  const verified = (authority: string): string => `?sslmode=verify-full&sslrootcert=${authority}`;
  /** Why a process does not start that is given this address, as its one sentence tells. */
  const refusal = async (url: URL): Promise<string> => {
    const said = await connectionTo(url).then(() => ['connected'], sentencesFor);
    const start = `PostgreSQL at ${url.host} (GAVEL_POSTGRES_URL) cannot be used: `;
    expect(said).toEqual([expect.stringContaining(start)]);
    return said.join().slice(start.length);
  };

  it('carries a whole house, all of whose connections are by TLS', async () => {
    const config = loadConfig({});
    const postgres = await connectionTo(configured(verified(known.authority)));
    const house = await openHouse({ postgres, config, runtime, log: silentLog, metrics: silentMetrics });
    await takesABid(house);
    const { rows } = await house.pool.query(
      `SELECT application_name, ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
        WHERE client_addr IS NOT NULL ORDER BY application_name`,
    );
    await house.drain();
    expect(rows.length).toBeGreaterThan(3);
    expect(rows.filter(({ ssl }) => !ssl)).toEqual([]);
  }, 60_000);

  it('is not trusted under another authority, under another name, or by the authorities that Node knows', async () => {
    const another = certificatesIn(others.path);
    expect(await refusal(configured(verified(another.authority)))).toMatch(/certificate/);
    expect(await refusal(configured('?sslmode=verify-full'))).toMatch(/certificate/);
    // The certificate is for the address alone.
    expect(await refusal(configured(verified(known.authority), 'localhost'))).toMatch(/does not match certificate/);
  });

  it('refuses who does not speak TLS, in its own words', async () => {
    for (const query of ['', '?sslmode=disable'])
      expect(await refusal(configured(query))).toMatch(/^no pg_hba\.conf entry for host .*no encryption$/);
  });

  it('is told of by one sentence where the authority’s file is missing', async () => {
    expect(await refusal(configured(verified('/nowhere/ca.pem')))).toMatch(/no such file.*\/nowhere\/ca\.pem/);
  });
});

/** Turns TLS on and lets nobody in without it; the server reads all of it anew. */
async function askForTls(
  { connection, superuser }: EmbeddedPostgres,
  data: string,
  { certificate, key }: Certificates,
): Promise<void> {
  const { uid, gid } = await stat(join(data, 'PG_VERSION'));
  for (const [from, name] of [
    [certificate, 'server.crt'],
    [key, 'server.key'],
  ] as const) {
    await copyFile(from, join(data, name));
    await chown(join(data, name), uid, gid);
  }
  const client = new pg.Client(superuser);
  await client.connect();
  await client.query('ALTER SYSTEM SET ssl = on');
  await writeFile(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  await client.query('SELECT pg_reload_conf()');
  await client.end();
  // A reload is told to the processes one after the other.
  await eventually('connections without TLS to be refused', async () => {
    const plain = new pg.Client(connection);
    return plain.connect().then(
      () => plain.end().then(() => false),
      () => true,
    );
  });
}
