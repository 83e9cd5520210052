// The tables of docs/scale.md, made from docs/costs.json and the assumptions.
import { AUCTIONS_A_BID_S, KAFKA_REPLICAS, ZIPF_EXPONENT } from './assumptions.js';
import type { Costs } from './costs-file.js';
import { ceilingOf, type Fleet, fleetFor, singletons } from './fleet.js';
import { incidentsOf } from './incidents.js';
import { BUDGET_MINUTES, catchUpSeconds, type Incident, simulate, type Year } from './month.js';
import { largest, market, partitionShares } from './skew.js';

const SEED = 'scale';
const RATES = [10_000, 100_000, 1_000_000] as const;
const MONTHS = 10_000;
/** For the table of skew. */
const SKEWED_AUCTIONS = 100_000;
const EXPONENTS = [0, 0.5, 0.8, 1] as const;
const PARTITIONS = [4, 16, 64, 256] as const;

type Rows = readonly (readonly string[])[];

/** Every block of the page by its id. The same costs give the same text. */
export function scaleBlocks(costs: Costs): ReadonlyMap<string, string> {
  const fleets = RATES.map((rate) => fleetFor(costs, market(SEED, rate * AUCTIONS_A_BID_S, ZIPF_EXPONENT), rate));
  const tables: readonly (readonly [string, Rows])[] = [
    ['scaleCosts', costRows(costs)],
    ['scaleSkew', skewRows()],
    ['scaleFleets', fleetRows(fleets)],
    ['scalePauses', pauseRows(fleets)],
    ['scaleMonth', monthRows(fleets)],
  ];
  const rendered = tables.map(([id, rows]) => [id, tableOf(rows)] as const);
  return new Map([...rendered, ['scaleMachine', costs.measured]]);
}

function tableOf(rows: Rows): string {
  const [head = [], ...others] = rows;
  return [head, head.map(() => '---'), ...others].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
const tenths = (value: number): string => (Math.round(value * 10) / 10).toLocaleString('en-US');
const percent = (part: number): string => `${tenths(part * 100)} %`;

function costRows(costs: Costs): Rows {
  const { micros, bytes } = costs;
  const of = (name: string, µs: number, stored: string, split: string) => [
    name,
    tenths(µs),
    whole(ceilingOf(µs)),
    stored,
    split,
  ];
  return [
    ['part', 'µs a bid', 'bids/s of one thread at 60 %', 'bytes a bid', 'more of it by'],
    of('API node: a bid over REST', micros.rest, '', 'more nodes'),
    of('API node: following the facts', micros.fact, '', 'journal shards: each node follows all of one'),
    of('engine', micros.engine, '', 'partitions; one auction stays in one'),
    of('relay', micros.relay, '', 'journal shards'),
    of('projector', micros.projector, '', 'journal shards, each with a Silver of its own'),
    of(
      'PostgreSQL: append',
      micros.journal,
      `${whole(bytes.journal)}, and ${whole(bytes.wal)} of its log with Silver’s`,
      'journal shards',
    ),
    of('PostgreSQL: Silver', micros.silver, whole(bytes.silver), 'journal shards'),
    of(
      `broker, for each of ${KAFKA_REPLICAS} copies`,
      micros.broker,
      `${whole(bytes.bids)} bids, ${whole(bytes.events)} facts`,
      'brokers',
    ),
    of('archiver', micros.archiver, `${whole(bytes.bronze)} in Bronze`, 'journal shards'),
    of('Gold’s run', micros.gold, '', 'cores of DuckDB, then executors of Spark'),
  ];
}

function skewRows(): Rows {
  const rows = EXPONENTS.map((exponent) => {
    const auctions = market(SEED, SKEWED_AUCTIONS, exponent);
    const hottest = PARTITIONS.map((count) => tenths(count * largest(partitionShares(auctions, count))));
    return [`${exponent}`, percent(largest(auctions.shares)), ...hottest];
  });
  return [
    [
      'exponent',
      'the busiest auction’s share',
      ...PARTITIONS.map((count) => `of ${count} partitions, the busiest: times the mean`),
    ],
    ...rows,
  ];
}

function fleetRows(fleets: readonly Fleet[]): Rows {
  const row = (name: string, value: (fleet: Fleet) => string) => [name, ...fleets.map(value)];
  const gigabytes = (bytes: number) => `${tenths(bytes / 1e9)} GB`;
  return [
    row('bids a second at the peak', ({ rate }) => whole(rate)),
    row('journal shards (PostgreSQL, Silver, relay, projector, archiver of each)', ({ shards }) => whole(shards)),
    row('the same if the busiest auctions were placed by hand', ({ shardsAtBest }) => whole(shardsAtBest)),
    row('partitions', ({ partitions }) => whole(partitions)),
    row('engines', ({ engines }) => whole(engines)),
    row('API nodes', ({ apiNodes }) => whole(apiNodes)),
    row('cores at work in all, without copies', ({ busyCores }) => whole(busyCores)),
    row('brokers of 8 cores', ({ brokers }) => whole(brokers)),
    row('cores of each PostgreSQL', ({ postgresCores }) => whole(postgresCores)),
    row('archivers', ({ archivers }) => whole(archivers)),
    row('cores for Gold over a year within four hours', ({ goldCores }) => whole(goldCores)),
    row('bids/s of the busiest shard', ({ hottest }) => whole(hottest.shard)),
    row('bids/s of the busiest partition', ({ hottest }) => whole(hottest.partition)),
    row('bids/s of the busiest auction', ({ hottest }) => whole(hottest.auction)),
    row('log of changes of the busiest shard, MB/s', ({ walBytesS }) => tenths(walBytesS / 1e6)),
    row('into one broker, MB/s', ({ brokerBytesS }) => tenths(brokerBytesS / 1e6)),
    row('journal a day', ({ storedADay }) => gigabytes(storedADay.journal)),
    row('Silver a day', ({ storedADay }) => gigabytes(storedADay.silver)),
    row('Bronze a day', ({ storedADay }) => gigabytes(storedADay.bronze)),
  ];
}

function pauseRows(fleets: readonly Fleet[]): Rows {
  const [, middle] = fleets;
  const incidents = middle === undefined ? [] : incidentsOf(middle);
  const lasting = ({ seconds: [least, most] }: Incident) =>
    least === most ? tenths(least) : `${whole(least)} – ${whole(most)}`;
  return [
    ['what happens, at 100,000 bids/s', 'a month', 'seconds', 'waits', 'then late for, s', 'from'],
    ...incidents.map((incident) => [
      incident.name,
      incident.perMonth < 1 ? incident.perMonth.toFixed(3) : tenths(incident.perMonth),
      lasting(incident),
      percent(incident.share),
      whole(catchUpSeconds(incident.seconds[1])),
      incident.source,
    ]),
  ];
}

function monthRows(fleets: readonly Fleet[]): Rows {
  const years = fleets.map((fleet) => simulate(incidentsOf(fleet), MONTHS, SEED));
  const row = (name: string, value: (year: Year) => string) => [name, ...years.map(value)];
  const causes = years[0]?.spent.map(({ name }) => name) ?? [];
  const two = (minutes: number) => minutes.toFixed(2);
  return [
    [`minutes of a month, of ${tenths(BUDGET_MINUTES)}`, ...fleets.map(({ rate }) => `${whole(rate)} bids/s`)],
    ...causes.map((cause, i) => row(cause, ({ spent }) => two(spent[i]?.minutes ?? 0))),
    row('**mean**', ({ spent }) => `**${two(spent.reduce((sum, { minutes }) => sum + minutes, 0))}**`),
    row('half of the months stay within', ({ p50 }) => two(p50)),
    row('95 of 100 within', ({ p95 }) => two(p95)),
    row('99 of 100 within', ({ p99 }) => two(p99)),
    row('months over the budget', ({ over }) => percent(over)),
  ];
}

/** What breaks first: the parts that a shard has one of, in the order in which a growing rate stops them. */
export const firstToBreak = (costs: Costs): readonly string[] =>
  singletons(costs).map(({ name, ceiling }) => `${name} at ${whole(ceiling)}`);
