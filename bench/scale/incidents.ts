// What happens to a fleet in a month. How long: measured here, or told by who runs the part. How often: assumed.
import type { Fleet } from './fleet.js';
import type { Incident } from './month.js';

/** `npm run test:kills -- --cluster`: the longest wait of a client after kill -9 of any process; and when told to stop. */
const KILLED_S = 8.741;
const ENGINE_TOLD_S = 1.124;
const API_TOLD_S = 1.007;
/** Amazon RDS User Guide, "Failing over a Multi-AZ DB instance": typically 60 to 120 seconds. */
const POSTGRES_S = [60, 120] as const;

/** Deploys of a month, each a rolling restart. */
const DEPLOYS = 8;
/** Each process or machine is lost twice a year. */
const LOST_A_MONTH = 2 / 12;
/** A deploy in so many months goes wrong and is taken back within five to fifteen minutes, for everybody. */
const BAD_DEPLOY = { perMonth: 1 / 6, seconds: [300, 900] as const };
/** Once in four years a zone is gone: PostgreSQL, brokers and engines go over at once. */
const ZONE = { perMonth: 1 / 48, seconds: [60, 180] as const };
/** Once in ten years the house is restored from a backup. */
const RESTORE = { perMonth: 1 / 120, seconds: [3_600, 4 * 3_600] as const };

/** The incidents of a fleet. Whoever is one of n takes one n-th of the auctions with it. */
export function incidentsOf({ engines, apiNodes, brokers, shards }: Fleet): readonly Incident[] {
  const lost = (name: string, count: number, seconds: Incident['seconds'], source: string): Incident => ({
    ...{ name, planned: false, perMonth: count * LOST_A_MONTH, seconds, share: 1 / count, source },
  });
  const restarted = (name: string, count: number, seconds: number): Incident => ({
    ...{ name, planned: true, perMonth: count * DEPLOYS, seconds: [seconds, seconds], share: 1 / count },
    source: '`npm run test:kills -- --cluster`, SIGTERM',
  });
  const killed = '`npm run test:kills -- --cluster`, kill -9';
  return [
    lost('an engine is lost', engines, [KILLED_S, KILLED_S], killed),
    lost('an API node is lost', apiNodes, [KILLED_S, KILLED_S], killed),
    lost('a broker is lost', brokers, [KILLED_S, KILLED_S], killed),
    lost('PostgreSQL of a shard fails over', shards, POSTGRES_S, 'Amazon RDS User Guide'),
    restarted('a deploy restarts engines', engines, ENGINE_TOLD_S),
    restarted('a deploy restarts API nodes', apiNodes, API_TOLD_S),
    { name: 'a bad deploy is taken back', planned: false, ...BAD_DEPLOY, share: 1, source: 'assumed' },
    { name: 'a zone is lost', planned: false, ...ZONE, share: 1, source: 'assumed' },
    { name: 'the house is restored from a backup', planned: false, ...RESTORE, share: 1, source: 'assumed' },
  ];
}
