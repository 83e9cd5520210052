// A person is erased while Silver is swapped, in every order that the two can fall into: the version kept for a rollback,
// which follows the journal no more, does not keep the name of whoever registered before names were sealed.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { UserId } from '../../src/domain/ids.js';
import { userStream } from '../../src/domain/messages.js';
import type { Projection } from '../../src/feed/projection.js';
import { closingsProjection } from '../../src/projections/closings/closings.projection.js';
import { erasuresProjection } from '../../src/projections/erasures/erasures.projection.js';
import { silverProjection } from '../../src/projections/silver/silver.projection.js';
import { type RebuildParts, rebuildSilver, rollBackSilver } from '../../src/rebuild/silver-rebuild.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { userNo } from '../projections/chronicle.js';
import { dumpOf } from '../support/at-rest.js';
import { eventually } from '../support/eventually.js';
import { ProjectedHouse } from '../support/projected-house.js';

const runtime = new SystemRuntime();
const [ann, bob] = [userNo(1), userNo(2)] as const;
const [annsName, bobsName] = ['ann as once written', 'bob as once written'] as const;

let house: ProjectedHouse;
let keysErased: UserId[];
beforeEach(async () => {
  house = await ProjectedHouse.open();
  keysErased = [];
  await registerAsOnce(ann, annsName);
  await registerAsOnce(bob, bobsName);
  await house.project([silverProjection(), closingsProjection()]);
  await erasures();
});
afterEach(() => house.close());

/** As a version did that did not seal usernames. */
const registerAsOnce = (id: UserId, plain: string) =>
  house.told.record(userStream(id), {
    type: 'UserRegistered',
    username: { plain },
    personalData: null,
    registeredAt: house.told.now,
  });

const recordErasure = (id = ann) =>
  house.told.record(userStream(id), { type: 'UserErased', erasedAt: house.told.now, erasedBy: id });

const silver = () => house.project([silverProjection()]);
const erasures = () =>
  house.project([
    erasuresProjection(async (userId) => {
      keysErased.push(userId);
    }),
  ]);

const parts = (): RebuildParts => ({
  database: house.database.config,
  journal: house.journal,
  runtime,
  signal: new AbortController().signal,
  phase: () => undefined,
  progress: () => undefined,
  notice: () => undefined,
});
const rebuild = async () => {
  const { status } = await rebuildSilver(parts(), { verifyOnly: false, acceptDifferences: true });
  expect(status).toBe('swapped');
};
const rollBack = async () => {
  await rollBackSilver(parts());
};

/** Everything in the tables of one version. */
async function textIn(schema: 'silver_private' | 'silver_private_previous'): Promise<string> {
  const tables = [...(await dumpOf(house.database.config))].filter(([name]) => name.startsWith(`${schema}.`));
  return tables.map(([, text]) => text).join('\n');
}

/** What the planner remembers of both versions. */
async function statistics(): Promise<string> {
  const lines = (await dumpOf(house.database.config)).get('pg_stats')?.split('\n') ?? [];
  return lines.filter((line) => line.startsWith('silver_private')).join('\n');
}

async function expectForgotten(): Promise<void> {
  // All that is still to come, has come.
  await erasures();
  await silver();
  const kept = await textIn('silver_private_previous');
  expect([kept.includes(annsName), kept.includes(bobsName)]).toEqual([false, true]);
  expect(keysErased).toContain(ann);
}

const ORDERS = ['silver erasures swap', 'silver swap erasures', 'erasures silver swap', 'erasures swap silver'];
const SWAP_FIRST = ['swap silver erasures', 'swap erasures silver'];

describe.each([...ORDERS, ...SWAP_FIRST])('an erasure seen in the order %s', (order) => {
  const inOrder = async (swap: () => Promise<void>): Promise<void> => {
    const steps = { silver, erasures, swap } as const;
    for (const step of order.split(' ') as (keyof typeof steps)[]) await steps[step]();
  };
  /** Silver cannot apply what comes of Ann from now on, and lets it wait. */
  const parkAnn = () =>
    house.client.query(`ALTER TABLE silver_private.users ADD CHECK (user_id <> '${ann}' OR revision = 0)`);

  it('is in the version that a rebuild keeps', async () => {
    await recordErasure();
    await inOrder(rebuild);
    await expectForgotten();
  });

  it('is in the version that a rollback keeps', async () => {
    await rebuild();
    expect(await textIn('silver_private_previous')).toContain(annsName);
    await recordErasure();
    await inOrder(rollBack);
    await expectForgotten();
  });

  it('is in the version that a rebuild keeps although that could not apply it', async () => {
    await parkAnn();
    await recordErasure();
    await inOrder(rebuild);
    await expectForgotten();
  });

  it('is in the version that a rollback keeps although that could not apply it', async () => {
    await rebuild();
    await parkAnn();
    await recordErasure();
    await inOrder(rollBack);
    await expectForgotten();
  });
});

describe('the planner’s statistics', () => {
  /** Older versions made them of every column. */
  const analyzeAsOnce = async (schema: string) => {
    await house.client.query(`ALTER TABLE ${schema}.users ALTER COLUMN username SET STATISTICS 100`);
    // The server's own ANALYZE, of the state before, may end behind the first of ours.
    await eventually('statistics of names', async () => {
      await house.client.query(`ANALYZE ${schema}.users`);
      return (await statistics()).includes(annsName);
    });
  };

  it('are not made of names', async () => {
    await house.client.query('ANALYZE silver_private.users');
    await rebuild();
    expect(await statistics()).toContain('users');
    expect(await statistics()).not.toContain(annsName);
  });

  it('of an older version lose them with an erasure before the swap', async () => {
    await analyzeAsOnce('silver_private');
    await recordErasure();
    await erasures();
    await rebuild();
    expect(await statistics()).not.toContain(annsName);
  });

  it('of an older version lose them with an erasure after it', async () => {
    await rebuild();
    await analyzeAsOnce('silver_private_previous');
    await recordErasure();
    await erasures();
    expect(await statistics()).not.toContain(annsName);
  });
});

it('is in the version kept when it is just about to be committed as the swap begins', async () => {
  await rebuild();
  await recordErasure();
  const [done, mayEnd] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const projection = erasuresProjection(async (userId) => void keysErased.push(userId));
  const prepare: Projection['prepare'] = (events) => async (client) => {
    await projection.prepare(events)?.(client);
    done.resolve();
    await mayEnd.promise;
  };
  const erasing = house.project([{ ...projection, prepare }]);
  await done.promise;
  let isOver = false;
  const rebuilding = rebuild().finally(() => {
    isOver = true;
  });
  const waits = `SELECT FROM pg_stat_activity
    WHERE application_name = 'gavel rebuild' AND wait_event_type = 'Lock' AND datname = current_database()`;
  await eventually('the swap', async () => isOver || (await house.client.query(waits)).rowCount === 1);
  mayEnd.resolve();
  await Promise.all([erasing, rebuilding]);
  await expectForgotten();
});

it('is in the version kept when all three go on at once', async () => {
  for (let n = 10; n < 18; n++) {
    await registerAsOnce(userNo(n), `${annsName} ${n}`);
    await silver();
    await recordErasure(userNo(n));
    await Promise.all([n % 2 === 0 ? rebuild() : rollBack(), erasures(), silver()]);
    const kept = await textIn('silver_private_previous');
    expect(kept).not.toContain(`${annsName} ${n}`);
  }
});
