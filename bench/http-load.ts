// Bids over HTTP, sent by a process of its own so that the clients' work is not done in the house's thread.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TokenSettings } from '../src/api/api.settings.js';
import { signDevelopmentToken } from '../src/api/auth/development-token.js';
import type { AuctionId, UserId } from '../src/domain/ids.js';
import type { Runtime } from '../src/runtime/runtime.js';
import type { Tally } from './bidders.js';

export type HttpLoad = Readonly<{
  url: string;
  auctions: readonly AuctionId[];
  bidders: readonly Readonly<{ id: UserId; token: string }>[];
  /** Connections, each with one request under way. */
  callers: number;
  forMs: number;
}>;

/** With how long an answer took, from the sending of its bid on. */
export type HttpTally = Tally & Readonly<{ p50Ms: number; p99Ms: number }>;

export type HttpLoadReport = Readonly<{ tally: HttpTally }> | Readonly<{ problem: string }>;

const TOKEN_LIFETIME_S = 24 * 3_600;

export class HttpBidders {
  private constructor(
    private readonly child: ChildProcess,
    private readonly load: Omit<HttpLoad, 'forMs'>,
  ) {}

  static async start(
    house: Readonly<{ url: string; tokens: TokenSettings; runtime: Runtime }>,
    who: Readonly<{ auctions: readonly AuctionId[]; bidders: readonly UserId[]; callers: number }>,
  ): Promise<HttpBidders> {
    const { url, tokens, runtime } = house;
    const bidders = await Promise.all(
      who.bidders.map(async (id) => {
        const person = { userId: id, roles: ['bidder'] as const, lifetimeS: TOKEN_LIFETIME_S, now: runtime.now() };
        return { id, token: await signDevelopmentToken(tokens, person) };
      }),
    );
    const child = fork(new URL('./http-load.process.js', import.meta.url), [], { execArgv: process.execArgv });
    return new HttpBidders(child, { ...who, url, bidders });
  }

  /** Bids for so many milliseconds and waits for the last answers. Rejects on an answer that no bid should get. */
  async bid(forMs: number): Promise<HttpTally> {
    const load: HttpLoad = { ...this.load, forMs };
    const answered = once(this.child, 'message');
    const ended = once(this.child, 'exit').then(([code]) =>
      Promise.reject(new Error(`the load process ended with ${code}`)),
    );
    this.child.send(load);
    const [report] = (await Promise.race([answered, ended])) as [HttpLoadReport];
    if ('problem' in report) throw new Error(report.problem);
    return report.tally;
  }

  stop(): void {
    this.child.kill();
  }
}
