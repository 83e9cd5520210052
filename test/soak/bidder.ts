// A normal bidder: raises the own bid again and again, and notes how long each answer took and what was not a success.
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from '../support/request.js';

/** Less often than the rate of one person allows. */
const PAUSE_MS = 100;
const SHOWN_ERRORS = 5;

export type Report = Readonly<{ bids: number; p50: number; p99: number; errors: readonly string[] }>;

export class Bidder {
  private readonly stopped = new AbortController();
  private loop: Promise<void> | null = null;
  private times: number[] = [];
  private errors: string[] = [];
  private amount = 1_000;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly auctionId: string,
  ) {}

  /** Bids since `begin`. */
  get bids(): number {
    return this.times.length;
  }

  start(): void {
    this.loop ??= this.keepBidding();
  }

  begin(): void {
    this.times = [];
    this.errors = [];
  }

  /** What came since `begin`. */
  report(): Report {
    const sorted = [...this.times].sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
    return { bids: sorted.length, p50: at(0.5), p99: at(0.99), errors: this.errors.slice(0, SHOWN_ERRORS) };
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.loop;
  }

  private async keepBidding(): Promise<void> {
    while (!this.stopped.signal.aborted) {
      await this.bid();
      await sleep(PAUSE_MS);
    }
  }

  private async bid(): Promise<void> {
    this.amount += 1_000;
    const startedMs = performance.now();
    const body = { amount: `${this.amount}`, currency: 'USD' };
    try {
      const { status, text } = await request(this.url, 'POST', `/auctions/${this.auctionId}/bids`, {
        token: this.token,
        body,
      });
      this.times.push(performance.now() - startedMs);
      if (status !== 201) this.errors.push(`${status} ${text}`);
    } catch (error) {
      this.errors.push(String(error));
    }
  }
}
