// What `gavel up` prints: where everything is, and the first two requests, ready to be pasted.
import type { AuctionId } from '../../domain/ids.js';
import { shellWord } from '../../terminal/shell.js';

/** The first auction closes an hour after it is listed, whenever the request is pasted. */
const DURATION_MS = 3_600_000;

export type Addresses = Readonly<{
  /** Where the API answers, as `http://127.0.0.1:3000`. */
  url: string;
  /** Of the database, without its password. */
  postgres: string;
  dataDirectory: string;
  log: string;
}>;

/** Addresses, one a line. */
export function addressLines({ url, postgres, dataDirectory, log }: Addresses): readonly string[] {
  return [
    `  page        ${url}/  open this in a browser: lots with live prices; sign in as ann, and bid`,
    `  API         ${url}`,
    `  docs        ${url}/docs`,
    `  PostgreSQL  ${postgres}`,
    `  data        ${dataDirectory}`,
    `  log         ${log}`,
  ];
}

/** How to ask questions of Silver and Gold; `address` is what psql takes. */
export const analystLines = (address: string): readonly string[] => [
  'For analysts, read only: Silver and Gold in SQL (docs/data.md tells the tables, and answers to begin with).',
  '',
  `psql ${shellWord(address)}`,
];

/** What there is to see in a house that would otherwise be empty. */
export function demoLines(url: string): readonly string[] {
  return [
    'A demo marketplace of synthetic people is being played: short auctions, one of which is always about to close, and sales',
    `(${url}/auctions?status=open). gavel up --no-demo leaves it out.`,
  ];
}

export type FirstRequests = Readonly<{
  url: string;
  /** Variables that `gavel token` needs to find the same secret, as `GAVEL_DATA='/srv/gavel' `; mostly none. */
  environment: string;
  /** The directory in which `npm run` finds the command. */
  directory: string;
  auctionId: AuctionId;
}>;

/** How to get a token, a request that lists an auction, and one that bids on it. */
export function firstRequestLines({ url, environment, directory, auctionId }: FirstRequests): readonly string[] {
  const token = (role: string, user: string): string =>
    `${environment}npm run -s gavel -- token --role ${role} --user ${user}`;
  const post = (path: string, bearer: string, body: object): string =>
    `curl -sS ${url}${path} -H "Authorization: Bearer $(${bearer})" -H 'Content-Type: application/json' -d '${JSON.stringify(body)}'`;
  const listing = {
    auctionId,
    item: { title: 'A ship clock', category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '1000' },
    durationMs: DURATION_MS,
  };
  return [
    `In another shell, in ${directory}: a token, an auction of sue's, and a first bid of ann's (up to USD 25.00).`,
    '',
    token('bidder', 'ann'),
    '',
    post('/auctions', token('seller', 'sue'), listing),
    '',
    post(`/auctions/${auctionId}/bids`, token('bidder', 'ann'), { amount: '2500', currency: 'USD' }),
  ];
}

export type Kept = Readonly<{
  openAuctions: bigint;
  /** Where the journal stands, as its adapter prints it. */
  position: string;
  /** Events that Silver has yet to show. */
  behind: bigint;
  parkedStreams: number;
  /** Why Silver follows the journal no more; null while it does. */
  halted: string | null;
}>;

/** What a later start found. */
export function keptLines({ openAuctions, position, behind, parkedStreams, halted }: Kept): readonly string[] {
  const auctions = openAuctions === 1n ? '1 auction is open' : `${openAuctions} auctions are open`;
  const silver =
    behind === 0n
      ? 'Silver shows all of it'
      : `Silver is ${behind} events behind${halted === null ? ' and catching up' : ''}`;
  const lines = [`Nothing was lost: ${auctions}, the journal stands at position ${position}, and ${silver}.`];
  if (halted !== null) lines.push(`Silver has halted: ${halted}`);
  if (parkedStreams > 0) lines.push(`Parked streams: ${parkedStreams}; npm run -s gavel -- dlq list tells why.`);
  return lines;
}
