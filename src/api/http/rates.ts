// How often one client may ask: requests within a minute that begins with its first one.
import type { FastifyRequest } from 'fastify';
import { LRUCache } from 'lru-cache';
import type { Runtime } from '../../runtime/runtime.js';
import type { LimitSettings } from '../api.settings.js';
import { ApiError } from './api-error.js';

const MINUTE_MS = 60_000;
const MS_PER_S = 1_000;
/** Callers whose rates are kept; the least recent leave first. */
const RATES_KEPT_MAX = 100_000;

declare module 'fastify' {
  interface FastifyInstance {
    rates: Rates;
  }
}

type Asking = Pick<FastifyRequest, 'client' | 'caller'>;
type Minute = { startedMs: number; requests: number };

/** Counts requests, and messages on sockets, by address and by person. */
export class Rates {
  private readonly addresses: Rate;
  private readonly persons: Rate;

  constructor({ perAddressPerMinute, perSubjectPerMinute }: LimitSettings, runtime: Runtime) {
    this.addresses = new Rate(perAddressPerMinute, 'address', runtime);
    this.persons = new Rate(perSubjectPerMinute, 'person', runtime);
  }

  /** Counts a request for its address. Throws a 429 where there are too many. */
  ofAddress({ client }: Asking): void {
    this.addresses.letIn(client);
  }

  /** The same for the person whose token it has, if any. */
  ofSubject({ caller }: Asking): void {
    if (caller !== null) this.persons.letIn(caller.userId);
  }

  /** Throws the same 429 where too many have been counted already, and counts nothing. */
  refuseSpent({ client, caller }: Asking): void {
    this.addresses.refuseSpent(client);
    if (caller !== null) this.persons.refuseSpent(caller.userId);
  }

  /** Counts so many requests more than the one that was let in; what comes behind it is refused where they were too many. */
  spend({ client, caller }: Asking, times: number): void {
    this.addresses.count(client, times);
    if (caller !== null) this.persons.count(caller.userId, times);
  }
}

class Rate {
  private readonly minutes = new LRUCache<string, Minute>({ max: RATES_KEPT_MAX });

  /** No more than `max` requests a minute; 0 is no limit. */
  constructor(
    private readonly max: number,
    private readonly whose: string,
    private readonly runtime: Runtime,
  ) {}

  letIn(key: string): void {
    this.count(key, 1);
    this.refuseSpent(key);
  }

  refuseSpent(key: string): void {
    const minute = this.minutes.get(key);
    if (minute === undefined || minute.requests <= this.max) return;
    const leftS = Math.ceil((minute.startedMs + MINUTE_MS - this.runtime.monotonicMs()) / MS_PER_S);
    if (leftS <= 0) return;
    throw new ApiError(429, 'TooManyRequests', `more than ${this.max} requests a minute from one ${this.whose}`, {
      headers: { 'retry-after': String(leftS) },
    });
  }

  count(key: string, times: number): void {
    if (this.max === 0) return;
    const nowMs = this.runtime.monotonicMs();
    const known = this.minutes.get(key);
    if (known !== undefined && nowMs < known.startedMs + MINUTE_MS) known.requests += times;
    else this.minutes.set(key, { startedMs: nowMs, requests: times });
  }
}
