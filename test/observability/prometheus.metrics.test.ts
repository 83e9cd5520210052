import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { PrometheusMetrics } from '../../src/observability/prometheus.metrics.js';

let metrics: PrometheusMetrics;
beforeEach(() => {
  metrics = new PrometheusMetrics();
});
afterEach(() => metrics.close());

const line = async (name: string): Promise<string[]> =>
  (await metrics.text()).split('\n').filter((one) => one.startsWith(name));

it('counts bids by their outcome', async () => {
  metrics.commandsAnswered('PlaceBid', 'accepted', 3);
  metrics.commandsAnswered('PlaceBid', 'accepted', 2);
  metrics.commandsAnswered('PlaceBid', 'BidBelowMinimum', 1);
  expect(await line('gavel_commands_total')).toEqual([
    'gavel_commands_total{command="PlaceBid",outcome="accepted"} 5',
    'gavel_commands_total{command="PlaceBid",outcome="BidBelowMinimum"} 1',
  ]);
});

it('puts durations into buckets of seconds, the limit of a bucket included', async () => {
  metrics.answerLatency(10);
  metrics.answerLatency(11);
  const buckets = await line('gavel_answer_seconds_bucket');
  expect(buckets).toContain('gavel_answer_seconds_bucket{le="0.005"} 0');
  expect(buckets).toContain('gavel_answer_seconds_bucket{le="0.01"} 1');
  expect(buckets).toContain('gavel_answer_seconds_bucket{le="0.025"} 2');
});

it('tells batches, projections, lag and parked streams', async () => {
  metrics.batchAnswered({ partition: 2, commands: 250, waitedMs: 30, judgeMs: 4, appendMs: 9 });
  metrics.projected({ consumer: 'silver', events: 250, ms: 12 });
  metrics.lag('silver', 40, 1_500);
  metrics.parkedStreams('silver', 1);
  expect(await line('gavel_batch_commands_sum')).toEqual(['gavel_batch_commands_sum{partition="2"} 250']);
  expect(await line('gavel_batch_append_seconds_sum')).toEqual(['gavel_batch_append_seconds_sum{partition="2"} 0.009']);
  expect(await line('gavel_projected_events_total')).toEqual(['gavel_projected_events_total{consumer="silver"} 250']);
  expect(await line('gavel_lag')).toEqual([
    'gavel_lag_events{consumer="silver"} 40',
    'gavel_lag_seconds{consumer="silver"} 1.5',
  ]);
  expect(await line('gavel_parked_streams')).toEqual(['gavel_parked_streams{consumer="silver"} 1']);
  expect(await line('gavel_partition_lag_seconds')).toEqual(['gavel_partition_lag_seconds{partition="2"} 0.03']);
});

it('tells what waits to be sent, and of channels that have nothing left no more, and whether the database answers', async () => {
  const waiting = { channel: 'email', messages: 2, oldestMs: 1_500 };
  metrics.outbox([waiting, { ...waiting, channel: 'webhook' }]);
  metrics.outbox([waiting]);
  expect(await line('gavel_outbox')).toEqual([
    'gavel_outbox_messages{channel="email"} 2',
    'gavel_outbox_oldest_seconds{channel="email"} 1.5',
  ]);
  metrics.databaseReached(true);
  metrics.databaseReached(false);
  expect(await line('gavel_database_reachable')).toEqual(['gavel_database_reachable 0']);
});

it('tells requests by route and status, and how late the event loop is', async () => {
  metrics.requestAnswered({ method: 'POST', route: '/auctions/:auctionId/bids', status: 201, ms: 3 });
  expect(await line('gavel_http_request_seconds_count')).toEqual([
    'gavel_http_request_seconds_count{method="POST",route="/auctions/:auctionId/bids",status="201"} 1',
  ]);
  const delays = await line('gavel_event_loop_delay_seconds');
  expect(delays.map((one) => one.replace(/ .*/, ''))).toEqual(
    ['0.5', '0.99', '1'].map((quantile) => `gavel_event_loop_delay_seconds{quantile="${quantile}"}`),
  );
  for (const one of delays) expect(Number(one.split(' ')[1])).toBeGreaterThanOrEqual(0);
});
