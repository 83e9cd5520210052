// A house that runs as its users start it, and the people around it: a seller, three bidders, an operator, and somebody
// without a token. All that is known of it came to one of them.
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { processesOf } from '../support/processes.js';
import { PublicClient, type Role, SIGNING_SECRET, schemaOf } from '../support/public-client.js';
import { GavelProcess } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { SecretHunt } from '../support/secret-hunt.js';
import type { Watched } from '../support/watcher.js';

const ROLES = { sue: 'seller', ann: 'bidder', bob: 'bidder', cid: 'bidder', olga: 'operator', anybody: null } as const;
export type Name = keyof typeof ROLES;
export type Bidder = 'ann' | 'bob' | 'cid';
type Known = Exclude<Name, 'anybody'>;

const entriesOf = <Key extends string, Value>(of: Readonly<Record<Key, Value>>) => Object.entries(of) as [Key, Value][];
const recordOf = <Value>(entries: readonly (readonly [Name, Value])[]) =>
  Object.fromEntries(entries) as Record<Name, Value>;

/** How a house is started, and when it is open. */
type Start = Readonly<{ args: readonly string[]; open: string; withinMs: number; isSilent: boolean }>;

const ONE_PROCESS: Start = { args: ['up'], open: 'Ctrl-C drains and stops.', withinMs: 60_000, isSilent: true };

/** Two nodes of the API, and one process of everything else; the cluster tells on stderr what each of them says. */
export const CLUSTER: Start = {
  args: ['cluster', '--api', '2', '--engine', '1', '--projector', '1', '--relay', '1', '--scheduler', '1'],
  open: 'Ctrl-C stops it.',
  withinMs: 240_000,
  isSilent: false,
};

export const hasEnded = ({ auctionUpdated }: any): boolean => auctionUpdated.closedAt !== null;

export class PublicHouse {
  private readonly news: Record<Name, Watched | null>;

  private constructor(
    private readonly scratch: Scratch,
    private readonly gavel: GavelProcess,
    private readonly isSilent: boolean,
    readonly people: Record<Name, PublicClient>,
  ) {
    this.news = recordOf(entriesOf(ROLES).map(([name, role]) => [name, role && people[name].news()]));
  }

  /** Where there are two nodes, everybody asks the one and hears news from the other. */
  static async open({ args, open, withinMs, isSilent }: Start = ONE_PROCESS): Promise<PublicHouse> {
    const scratch = scratchDirectory('public-house');
    const gavel = GavelProcess.start(args, {
      GAVEL_DATA: join(scratch.path, 'data'),
      GAVEL_HTTP_PORT: '0',
      GAVEL_JWT_SECRET: SIGNING_SECRET,
      // Whoever waits asks again and again.
      GAVEL_RATE_PER_ADDRESS: '0',
      GAVEL_RATE_PER_SUBJECT: '0',
    });
    try {
      await gavel.printed(open, withinMs);
      const urls = [...gavel.stdout.matchAll(/API\s+(http:\S+)/g)].map(([, found = '']) => found);
      const [url = '', newsUrl = url] = urls;
      const nodes = { url, newsUrl, schema: await schemaOf(url) };
      const made = entriesOf<Name, Role | null>(ROLES).map(
        async ([name, role]) => [name, await PublicClient.of(name, role, nodes)] as const,
      );
      const house = new PublicHouse(scratch, gavel, isSilent, recordOf(await Promise.all(made)));
      for (const name of ['sue', 'ann', 'bob', 'cid'] as const) await house.rest(name, '/users', { username: name });
      return house;
    } catch (error) {
      for (const { pid } of processesOf(scratch.path)) process.kill(pid, 'SIGKILL');
      await gavel.end();
      scratch.remove();
      throw error;
    }
  }

  async close(): Promise<void> {
    for (const one of Object.values(this.people)) await one.close();
    this.gavel.child.kill('SIGINT');
    const ended = await this.gavel.end();
    expect(ended).toMatchObject({ code: 0, ...(this.isSilent && { stderr: '' }) });
    this.scratch.remove();
  }

  /** A command over REST, which is accepted. */
  async rest(who: Name, path: string, body: object = {}): Promise<any> {
    const reply = await this.people[who].rest('POST', path, body);
    expect([who, path, reply.body]).toEqual([who, path, expect.objectContaining({ outcome: 'accepted' })]);
    return reply.body;
  }

  /** The same over GraphQL. */
  async graphql(who: Name, mutation: string, input: object): Promise<any> {
    const answer = await this.people[who].mutate(mutation, input);
    const accepted = expect.objectContaining({ __typename: expect.stringMatching(/Accepted$/) });
    expect([who, mutation, answer]).toEqual([who, mutation, accepted]);
    return answer;
  }

  bidOverRest(who: Name, auctionId: string, amount: string): Promise<any> {
    return this.rest(who, `/auctions/${auctionId}/bids`, { amount, currency: 'USD' });
  }

  bidOverGraphql(who: Name, auctionId: string, amount: string): Promise<any> {
    return this.graphql(who, 'placeBid', { auctionId, amount, currency: 'USD' });
  }

  /** Everybody watches this auction, and whoever listens to news is heard by the house from then on. */
  async watchedByAll(auctionId: string): Promise<Record<Name, Watched>> {
    const all = entriesOf(this.people).map(async ([name, one]) => [name, await one.watch(auctionId)] as const);
    return recordOf(await Promise.all(all));
  }

  /** Resolves with the piece of news of this kind about this auction. */
  async hears(who: Known, kind: string, auctionId: string): Promise<any> {
    const about = ({ myNews }: any) => myNews.__typename === kind && myNews.auctionId === auctionId;
    return (await this.newsOf(who).until(`${who} to hear of ${kind}`, about)).myNews;
  }

  /** The kinds of news about this auction that came to this person. */
  heardBy(who: Known, auctionId: string): string[] {
    const about = this.newsOf(who).data.filter(({ myNews }) => myNews.auctionId === auctionId);
    return about.map(({ myNews }) => myNews.__typename);
  }

  /** A sale as its buyer sees it over REST, once its seller sees the same over GraphQL and both see it in this status. */
  async sale(buyer: Name, auctionId: string, transactionNumber: number, status: string): Promise<any> {
    const { [buyer]: bidder, sue } = this.people;
    const one = (rows: any[]) =>
      rows.find((row) => row.auctionId === auctionId && row.transactionNumber === transactionNumber);
    const selection = `{ rows ${sue.everything('Transaction')} }`;
    let [bought, sold]: any[] = [];
    await eventually(`buyer and seller to see that the sale is ${status}`, async () => {
      bought = one((await bidder.rest('GET', '/users/me/transactions?side=buyer')).body.rows);
      sold = one((await sue.ask(`{ myTransactions(side: SELLER) ${selection} }`)).rows);
      return bought?.paymentStatus === status && sold?.paymentStatus === status.toUpperCase();
    });
    expect(sold).toEqual({ ...bought, paymentStatus: status.toUpperCase(), __typename: 'Transaction' });
    return bought;
  }

  /** How much each has received so far. */
  marks(): Record<Name, number> {
    return recordOf(entriesOf(this.people).map(([name, { heard }]) => [name, heard.length]));
  }

  /** Who has received which of these amounts, in whatever spelling, in what came after the marks: as `ann 7714500101`. */
  received(amounts: readonly string[], after: Record<Name, number>): string[] {
    const hunt = new SecretHunt(new Set(amounts));
    const lines = entriesOf(this.people).flatMap(([name, { heard }]) => {
      const found = heard.slice(after[name]).flatMap((text) => [...hunt.find(text)]);
      return [...new Set(found)].map((amount) => `${name} ${amount}`);
    });
    return lines.sort();
  }

  /** What everybody asks who would like to know. */
  async lookAround(auctionId: string): Promise<void> {
    for (const one of Object.values(this.people)) {
      for (const path of ['bids', 'transactions', 'second-chances']) await one.rest('GET', `/users/me/${path}`);
      for (const path of [`/auctions/${auctionId}`, `/auctions/${auctionId}/bids`, '/transactions'])
        await one.rest('GET', path);
      const query = `query($id: ID!) { bids(auctionId: $id) { rows ${one.everything('Bid')} } }`;
      await one.ask(query, { id: auctionId });
    }
  }

  private newsOf(who: Known): Watched {
    const { [who]: news } = this.news;
    if (news === null) throw new Error(`${who} does not listen`);
    return news;
  }
}
