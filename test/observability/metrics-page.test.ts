// docs/metrics.md has every metric that there is, and every metric is named as Prometheus asks for.
import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, expect, it } from '@jest/globals';
import { PrometheusMetrics } from '../../src/observability/prometheus.metrics.js';

const PAGE = 'docs/metrics.md';
const MARK = 'npm test -- test/observability/metrics-page -->\n';
const metrics = new PrometheusMetrics();
afterAll(() => metrics.close());

const ours = metrics
  .described()
  .filter(({ name }) => !/^gavel_(nodejs|process)_/.test(name))
  .toSorted((a, b) => (a.name < b.name ? -1 : 1));

it('has each metric on the page, and no other', () => {
  const rows = ours.map(
    ({ name, kind, labels, help }) =>
      `| \`${name}\` | ${kind} | ${labels.map((one) => `\`${one}\``).join(', ')} | ${help} |`,
  );
  const table = ['', '| Metric | Kind | Labels | What |', '|---|---|---|---|', ...rows, ''].join('\n');
  const [before = '', after] = readFileSync(PAGE, 'utf8').split(MARK);
  if (process.env['GAVEL_TEST_WRITE'] === '1') writeFileSync(PAGE, `${before}${MARK}${table}`);
  else expect(after).toBe(table);
  expect(ours.length).toBeGreaterThan(20);
});

it('names them by convention: our prefix, base units, counters that end in _total, a sentence of help', () => {
  const problems = ours.flatMap(({ name, kind, help, labels }) => [
    ...(/^gavel_[a-z]+(_[a-z]+)*$/.test(name) ? [] : [`${name}: not our prefix and lower case`]),
    ...((kind === 'counter') === name.endsWith('_total')
      ? []
      : [`${name}: a counter, and nothing else, ends in _total`]),
    ...(/_(ms|milliseconds|minutes|hours|kb|mb|percent|count|sum|bucket)(_|$)/.test(name)
      ? [`${name}: not a base unit`]
      : []),
    ...(/^[A-Z].*\.$/.test(help) ? [] : [`${name}: its help is no sentence`]),
    ...labels
      .filter((label) => /user|auction|bidder|seller|id$|email|name|token/.test(label))
      .map((label) => `${name}: ${label} has no end`),
  ]);
  expect(problems).toEqual([]);
});

it('tells runs, parts of Bronze, pools and sockets', async () => {
  metrics.runEnded({ kind: 'nightly', outcome: 'succeeded', ms: 12_000 });
  metrics.runEnded({ kind: 'drill', outcome: 'failed', ms: 1_000 });
  metrics.partArchived('events', 250);
  metrics.watchPool('queries', { totalCount: 4, idleCount: 3, waitingCount: 2 });
  metrics.watchSockets(() => 7);
  const lines = (await metrics.text()).split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'gavel_run_seconds_sum{kind="nightly",outcome="succeeded"} 12',
      'gavel_run_seconds_count{kind="drill",outcome="failed"} 1',
      'gavel_bronze_events_total{chain="events"} 250',
      'gavel_pool_connections{pool="queries",state="used"} 1',
      'gavel_pool_connections{pool="queries",state="waiting"} 2',
      'gavel_sockets_open 7',
    ]),
  );
  const good = lines.filter((line) => line.startsWith('gavel_run_success_timestamp_seconds{'));
  expect(good).toEqual([expect.stringMatching(/^gavel_run_success_timestamp_seconds\{kind="nightly"\} \d/)]);
});
