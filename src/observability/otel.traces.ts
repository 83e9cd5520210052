// Traces by OpenTelemetry, sent as OTLP over HTTP. Loaded only by whoever asks for traces.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { ROOT_CONTEXT, SpanKind, TraceFlags, type Tracer, trace } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import type { AuctionId, CommandId } from '../domain/ids.js';
import type { Runtime } from '../runtime/runtime.js';
import type { TracedRequest, TraceSpan, Traces } from '../runtime/traces.js';

export type OtelSettings = Readonly<{
  /** Where spans are posted to, as http://collector:4318/v1/traces. */
  url: URL;
  /** The share of commands that are followed, from 0 to 1. */
  share: number;
  /** What this process is called there. */
  service: string;
  runtime: Pick<Runtime, 'now' | 'monotonicMs'>;
}>;

const IDS_END = 2 ** 32;
/** News that nobody watches for is let go, the oldest first. */
const ON_THEIR_WAY_MAX = 10_000;
const SPAN_ID_CHARACTERS = 16;

type OnItsWay = Readonly<{ commandId: CommandId; revision: number; sinceMs: number }>;

export class OtelTraces implements Traces {
  private readonly requests = new AsyncLocalStorage<TracedRequest>();
  private readonly waiting = new Map<AuctionId, OnItsWay>();
  /** Of the monotonic clock, as a time. */
  private readonly beganMs: number;
  private readonly provider: TracerProvider;
  private readonly tracer: Tracer;
  /** The ids of the root that is about to begin. All other spans get random ones. */
  private root: Readonly<{ traceId: string; spanId: string }> | null = null;

  constructor(private readonly settings: OtelSettings) {
    const { runtime } = settings;
    this.beganMs = runtime.now() - runtime.monotonicMs();
    const random = new RandomIdGenerator();
    this.provider = new TracerProvider({
      resource: resourceFromAttributes({ 'service.name': settings.service }),
      spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter({ url: settings.url.href }) })],
      idGenerator: {
        generateTraceId: () => this.root?.traceId ?? random.generateTraceId(),
        generateSpanId: () => this.root?.spanId ?? random.generateSpanId(),
      },
    });
    this.tracer = this.provider.getTracer('gavel');
  }

  nowMs(): number {
    return this.beganMs + this.settings.runtime.monotonicMs();
  }

  follows(commandId: CommandId | null): commandId is CommandId {
    // The end of a UUID is random.
    return commandId !== null && Number.parseInt(commandId.slice(-8), 16) < this.settings.share * IDS_END;
  }

  span(commandId: CommandId, { name, startMs, endMs, attributes = {}, isRoot = false }: TraceSpan): void {
    const ids = idsOf(commandId);
    const parent = isRoot
      ? ROOT_CONTEXT
      : trace.setSpanContext(ROOT_CONTEXT, { ...ids, traceFlags: TraceFlags.SAMPLED, isRemote: true });
    const kind = isRoot ? SpanKind.SERVER : SpanKind.INTERNAL;
    this.root = isRoot ? ids : null;
    const span = this.tracer.startSpan(name, { startTime: startMs, kind, attributes: { ...attributes } }, parent);
    this.root = null;
    span.end(endMs);
  }

  inRequest(request: TracedRequest, work: () => void): void {
    this.requests.run(request, work);
  }

  request(): TracedRequest | undefined {
    return this.requests.getStore();
  }

  onItsWay(commandId: CommandId, auctionId: AuctionId, revision: number): void {
    this.waiting.delete(auctionId);
    this.waiting.set(auctionId, { commandId, revision, sinceMs: this.nowMs() });
    const [oldest] = this.waiting.keys();
    if (this.waiting.size > ON_THEIR_WAY_MAX && oldest !== undefined) this.waiting.delete(oldest);
  }

  told(auctionId: AuctionId, revision: number): void {
    const news = this.waiting.get(auctionId);
    if (news === undefined || revision < news.revision) return;
    this.waiting.delete(auctionId);
    this.span(news.commandId, { name: 'socket', startMs: news.sinceMs, endMs: this.nowMs() });
  }

  close(): Promise<void> {
    return this.provider.shutdown();
  }
}

/** The trace is the command's id; the root is known to every process without a word. */
const idsOf = (commandId: CommandId) => ({
  traceId: commandId.replaceAll('-', ''),
  spanId: createHash('sha256').update(commandId).digest('hex').slice(0, SPAN_ID_CHARACTERS),
});
