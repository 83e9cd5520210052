// What the inside tells of itself, for Prometheus. Labels come from closed lists (commands, outcomes, routes), so that no
// client can make series without end.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { AnsweredBatch, Metrics, OutboxWaiting, PoolUse } from '../runtime/metrics.js';

type AnsweredRequest = Readonly<{ method: string; route: string; status: number; ms: number }>;

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const BATCH_SIZES = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_000, 2_500, 5_000, 10_000];
const RUN_SECONDS = [1, 5, 15, 60, 300, 900, 3_600, 14_400];
const DELAY_RESOLUTION_MS = 10;
const NS_PER_S = 1e9;
const MS_PER_S = 1_000;

export type DescribedMetric = Readonly<{ name: string; help: string; kind: string; labels: readonly string[] }>;
type PromMetric = Readonly<{ name: string; help: string; type?: string; labelNames?: readonly string[] }>;

const kindOf = (metric: object): string => metric.constructor.name.toLowerCase();

export class PrometheusMetrics implements Metrics {
  private readonly registry = new Registry();
  private readonly eventLoopDelay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });

  private readonly commands = this.counter('gavel_commands_total', 'Commands answered.', ['command', 'outcome']);
  private readonly answers = this.histogram(
    'gavel_answer_seconds',
    'From the queue to the answer.',
    [],
    SECONDS,
  ).labels();
  private readonly batches = this.histogram('gavel_batch_commands', 'Commands a batch.', ['partition'], BATCH_SIZES);
  private readonly partitionWait = this.gauge(
    'gavel_partition_lag_seconds',
    'How long the oldest command of the last batch had waited for its engine.',
    ['partition'],
  );
  private readonly judging = this.histogram('gavel_batch_judge_seconds', 'Judging a batch.', ['partition'], SECONDS);
  private readonly appending = this.histogram(
    'gavel_batch_append_seconds',
    'Committing a batch.',
    ['partition'],
    SECONDS,
  );
  private readonly projectedEvents = this.counter('gavel_projected_events_total', 'Events applied.', ['consumer']);
  private readonly projecting = this.histogram(
    'gavel_projection_batch_seconds',
    'Applying a batch.',
    ['consumer'],
    SECONDS,
  );
  private readonly lagEvents = this.gauge('gavel_lag_events', 'Events that a consumer lacks.', ['consumer']);
  private readonly lagAge = this.gauge('gavel_lag_seconds', 'Age of the oldest event that a consumer lacks.', [
    'consumer',
  ]);
  private readonly parked = this.gauge('gavel_parked_streams', 'Streams that a consumer has parked.', ['consumer']);
  private readonly runs = this.histogram(
    'gavel_run_seconds',
    'Runs of the schedule by how they ended.',
    ['kind', 'outcome'],
    RUN_SECONDS,
  );
  private readonly runGoodAt = this.gauge(
    'gavel_run_success_timestamp_seconds',
    'When a run of the kind last ended well in this process.',
    ['kind'],
  );
  private readonly archivedEvents = this.counter('gavel_bronze_events_total', 'Events archived.', ['chain']);
  private readonly archivedAt = this.gauge(
    'gavel_bronze_part_timestamp_seconds',
    'When this process last archived a part.',
    ['chain'],
  );
  private readonly pools = new Map<string, PoolUse>();
  private sockets: () => number = () => 0;
  private readonly alerts = this.gauge('gavel_alerts_open', 'Open alerts of the house.', ['kind']);
  private readonly alertsLookedAt = this.gauge(
    'gavel_alerts_looked_at_timestamp_seconds',
    'When the house was last looked at.',
    [],
  );
  private readonly outboxMessages = this.gauge('gavel_outbox_messages', 'Messages that are due and not sent.', [
    'channel',
  ]);
  private readonly outboxAge = this.gauge(
    'gavel_outbox_oldest_seconds',
    'For how long the oldest message that is not sent has been due.',
    ['channel'],
  );
  private readonly databaseUp = this.gauge(
    'gavel_database_reachable',
    'Whether PostgreSQL answered at the last look: 1 or 0.',
    [],
  );
  private readonly roomFree = this.gauge('gavel_free_ratio', 'Free share of disk and memory.', ['of']);
  private readonly requests = this.histogram(
    'gavel_http_request_seconds',
    'Requests by route and status.',
    ['method', 'route', 'status'],
    SECONDS,
  );

  constructor() {
    collectDefaultMetrics({ register: this.registry, prefix: 'gavel_' });
    this.eventLoopDelay.enable();
    this.exposeEventLoopDelay();
    this.exposePools();
    this.exposeSockets();
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything, in the text format of Prometheus. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  /** What there is: each metric's name, kind, labels and one sentence about it; docs/metrics.md is made of this. */
  described(): readonly DescribedMetric[] {
    return this.registry.getMetricsAsArray().map((metric) => {
      const { name, help, type, labelNames = [] } = metric as unknown as PromMetric;
      return { name, help, kind: type ?? kindOf(metric), labels: labelNames };
    });
  }

  /** Stops watching the event loop. */
  close(): void {
    this.eventLoopDelay.disable();
    this.registry.clear();
  }

  batchAnswered(batch: AnsweredBatch): void {
    const partition = String(batch.partition);
    this.partitionWait.set({ partition }, batch.waitedMs / MS_PER_S);
    this.batches.observe({ partition }, batch.commands);
    this.judging.observe({ partition }, batch.judgeMs / MS_PER_S);
    this.appending.observe({ partition }, batch.appendMs / MS_PER_S);
  }

  commandsAnswered(command: string, outcome: string, count: number): void {
    this.commands.inc({ command, outcome }, count);
  }

  answerLatency(ms: number): void {
    this.answers.observe(ms / MS_PER_S);
  }

  projected(batch: Readonly<{ consumer: string; events: number; ms: number }>): void {
    this.projectedEvents.inc({ consumer: batch.consumer }, batch.events);
    this.projecting.observe({ consumer: batch.consumer }, batch.ms / MS_PER_S);
  }

  lag(consumer: string, events: number, ageMs: number): void {
    this.lagEvents.set({ consumer }, events);
    this.lagAge.set({ consumer }, ageMs / MS_PER_S);
  }

  parkedStreams(consumer: string, count: number): void {
    this.parked.set({ consumer }, count);
  }

  openAlerts(counts: ReadonlyMap<string, number>): void {
    this.alerts.reset();
    for (const [kind, count] of counts) this.alerts.set({ kind }, count);
    this.alertsLookedAt.setToCurrentTime();
  }

  outbox(waiting: readonly OutboxWaiting[]): void {
    this.outboxMessages.reset();
    this.outboxAge.reset();
    for (const { channel, messages, oldestMs } of waiting) {
      this.outboxMessages.set({ channel }, messages);
      this.outboxAge.set({ channel }, oldestMs / MS_PER_S);
    }
  }

  databaseReached(isReached: boolean): void {
    this.databaseUp.set(isReached ? 1 : 0);
  }

  room(disk: number | null, memory: number | null): void {
    if (disk !== null) this.roomFree.set({ of: 'disk' }, disk);
    if (memory !== null) this.roomFree.set({ of: 'memory' }, memory);
  }

  runEnded({ kind, outcome, ms }: Readonly<{ kind: string; outcome: string; ms: number }>): void {
    this.runs.observe({ kind, outcome }, ms / MS_PER_S);
    if (outcome === 'succeeded') this.runGoodAt.setToCurrentTime({ kind });
  }

  partArchived(chain: string, events: number): void {
    this.archivedEvents.inc({ chain }, events);
    this.archivedAt.setToCurrentTime({ chain });
  }

  watchPool(name: string, pool: PoolUse): void {
    this.pools.set(name, pool);
  }

  watchSockets(open: () => number): void {
    this.sockets = open;
  }

  requestAnswered({ method, route, status, ms }: AnsweredRequest): void {
    this.requests.observe({ method, route, status: String(status) }, ms / MS_PER_S);
  }

  private exposePools(): void {
    const { pools } = this;
    new Gauge({
      name: 'gavel_pool_connections',
      help: 'Connections of a pool to PostgreSQL, in use and idle, and work that waits for one.',
      labelNames: ['pool', 'state'],
      registers: [this.registry],
      collect() {
        for (const [pool, { totalCount, idleCount, waitingCount }] of pools) {
          this.set({ pool, state: 'used' }, totalCount - idleCount);
          this.set({ pool, state: 'idle' }, idleCount);
          this.set({ pool, state: 'waiting' }, waitingCount);
        }
      },
    });
  }

  private exposeSockets(): void {
    const open = (): number => this.sockets();
    new Gauge({
      name: 'gavel_sockets_open',
      help: 'Sockets of watchers that are open.',
      registers: [this.registry],
      collect() {
        this.set(open());
      },
    });
  }

  /** Read at the scrape, and begun anew by it: each scrape shows what happened since the one before. */
  private exposeEventLoopDelay(): void {
    const delay = this.eventLoopDelay;
    new Gauge({
      name: 'gavel_event_loop_delay_seconds',
      help: 'How late the event loop was since the last scrape.',
      labelNames: ['quantile'],
      registers: [this.registry],
      collect() {
        for (const quantile of [50, 99, 100])
          this.set({ quantile: String(quantile / 100) }, (delay.percentile(quantile) || 0) / NS_PER_S);
        delay.reset();
      },
    });
  }

  private counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Counter<Label> {
    return new Counter({ name, help, labelNames, registers: [this.registry] });
  }

  private gauge<Label extends string>(name: string, help: string, labelNames: readonly Label[]): Gauge<Label> {
    return new Gauge({ name, help, labelNames, registers: [this.registry] });
  }

  private histogram<Label extends string>(
    name: string,
    help: string,
    labelNames: readonly Label[],
    buckets: readonly number[],
  ): Histogram<Label> {
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [this.registry] });
  }
}
