// An EventStoreDB with TLS, a name and a password, as a cluster of it is installed, through the settings that there are for
// it. On the double, whose TLS is real.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sentencesFor } from '../../src/cli/sentences.js';
import { loadConfig } from '../../src/config.js';
import { openHouse } from '../../src/house/house.js';
import { configuredJournal } from '../../src/house/journal.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { runtime } from '../support/api.js';
import { type Certificates, certificatesIn } from '../support/certificates.js';
import { EventStoreDouble } from '../support/event-store/event-store-double.js';
import { takesABid } from '../support/first-bid.js';
import { freshDatabase, migrated } from '../support/postgres.js';
import { scratchDirectory } from '../support/scratch.js';

const LOGIN = 'gavel:a-password-of-the-house';

describe('an EventStoreDB that asks for TLS and a password', () => {
  const [ours, others] = [scratchDirectory('esdb-tls'), scratchDirectory('esdb-tls-others')];
  let double: EventStoreDouble;
  let known: Certificates;

  beforeAll(async () => {
    known = certificatesIn(ours.path);
    const identity = { certificate: readFileSync(known.certificate), key: readFileSync(known.key) };
    double = await EventStoreDouble.start(identity, LOGIN);
  });
  afterAll(async () => {
    await double?.stop();
    for (const scratch of [ours, others]) scratch.remove();
  });

  const configured = (caFile: string | null, login = `${LOGIN}@`, url = double.url) =>
    loadConfig({
      GAVEL_JOURNAL: 'eventstoredb',
      GAVEL_EVENTSTOREDB_URL: url.replace('esdb://', `esdb://${login}`),
      ...(caFile !== null && { GAVEL_EVENTSTOREDB_CA_FILE: caFile }),
    });
  /** Why a process does not start that is configured so: its one sentence. */
  const refusal = async (config: ReturnType<typeof configured>): Promise<string> => {
    try {
      const journal = await configuredJournal({ config, postgres: {}, runtime, log: silentLog });
      const head = await journal.head().finally(() => journal.close());
      return `connected: ${head}`;
    } catch (error) {
      const said = sentencesFor(error);
      expect(said).toEqual([expect.not.stringContaining('\n')]);
      return said.join();
    }
  };

  it('carries the journal of a whole house', async () => {
    const database = await freshDatabase(migrated);
    const parts = { config: configured(known.authority), runtime, log: silentLog, metrics: silentMetrics };
    const house = await openHouse({ ...parts, postgres: database.config });
    await takesABid(house);
    await house.drain();
    await database.drop();
    expect(double.log.stream('auction-01900001-0000-7000-8000-000000000001')).toHaveLength(2);
  }, 60_000);

  it('is not trusted under another authority, or by those that Node knows; nor spoken to in the clear', async () => {
    const another = certificatesIn(others.path).authority;
    const plain = double.url.replace('tls=true', 'tls=false');
    // Each is tried again for a while: they may be restarting.
    const [foreign, unnamed, clear] = await Promise.all([
      refusal(configured(another)),
      refusal(configured(null)),
      refusal(configured(null, '', plain)),
    ]);
    for (const why of [foreign, unnamed])
      expect(why).toMatch(/^the journal is not available for reading: .*certificate/);
    expect(clear).toMatch(/^the journal is not available for reading: /);
  }, 60_000);

  it('refuses another password, and who has none, at once and without repeating it', async () => {
    const before = double.calls.read;
    for (const login of ['gavel:another-word@', ''])
      expect(await refusal(configured(known.authority, login))).toMatch(
        /^the journal does not let us in for reading, by the name and password that it was given: (?!.*another-word)/,
      );
    expect(double.calls.read - before).toBe(2);
  });

  it('is told of by one sentence where the authority’s file is missing', async () => {
    expect(await refusal(configured('/nowhere/ca.pem'))).toMatch(
      /^GAVEL_EVENTSTOREDB_URL and GAVEL_EVENTSTOREDB_CA_FILE/,
    );
  });
});
