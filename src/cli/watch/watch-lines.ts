// Auctions as lines of text: a table, one auction in full, or one line for a change.
import { formatMoney } from '../../domain/money.js';
import { printableLine } from '../../domain/text.js';
import { spanWords } from '../../terminal/progress.js';
import type { SeenAuction } from './seen-auctions.js';

export type Size = Readonly<{ columns: number; rows: number }>;

const HEAD = ['auction', 'price', 'bids', 'leader', 'closes in'] as const;
const GAP = '  ';
const TITLE_MIN = 16;
/** Ids begin with the time: eight letters are the same for a minute of auctions, these for a millisecond. */
const ID_LENGTH = 13;

/** A table no larger than the terminal: what closes first, and how many more there are. */
export function tableLines(
  auctions: readonly SeenAuction[],
  nowMs: number,
  { columns, rows }: Size,
): readonly string[] {
  if (auctions.length === 0) return ['Nothing is open. Whatever is listed will appear here.'];
  const shown = auctions.slice(0, Math.max(1, rows - 3));
  const cells = shown.map((auction) => cellsOf(auction, nowMs));
  const widths = HEAD.map((head, i) => Math.max(head.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const fixed = widths.reduce((sum, width) => sum + width + GAP.length, ID_LENGTH);
  const titleWidth = Math.max(TITLE_MIN, Math.min(widths[0] ?? 0, columns - 1 - (fixed - (widths[0] ?? 0))));
  const line = (id: string, row: readonly string[]): string => {
    const padded = row.map((cell, i) => pad(cell, i === 0 ? titleWidth : (widths[i] ?? 0), i === 1 || i === 2));
    return fitted([id.padEnd(ID_LENGTH), ...padded].join(GAP).trimEnd(), columns);
  };
  const more = auctions.length - shown.length;
  return [
    line('', HEAD),
    ...shown.map((auction, i) => line(auction.auctionId.slice(0, ID_LENGTH), cells[i] ?? [])),
    ...(more > 0 ? [`and ${more} more`] : []),
  ];
}

function cellsOf(auction: SeenAuction, nowMs: number): readonly string[] {
  const { title, bidCount } = auction;
  return [printableLine(title), priceOf(auction), String(bidCount), leaderOf(auction), endOf(auction, nowMs)];
}

/** One auction in full. */
export function auctionLines(auction: SeenAuction, nowMs: number, { columns }: Size): readonly string[] {
  const { title, category, currency, minimumNextBid, bidCount, hasReserve, reserveMet, extensions, status } = auction;
  const reserve = hasReserve ? `, reserve ${reserveMet ? 'met' : 'not met'}` : '';
  const next =
    status === 'open' ? ` (next bid from ${formatMoney({ minor: minimumNextBid, currency })}${reserve})` : '';
  return [
    printableLine(`${title} (${category})`),
    `  price    ${priceOf(auction)}${next}`,
    `  leader   ${leaderOf(auction)}`,
    `  bids     ${bidCount}`,
    `  closes   ${status === 'open' ? `in ${endOf(auction, nowMs)}` : status}${extendedWords(extensions)}`,
  ].map((line) => fitted(line, columns));
}

/** What has changed, in one line that stands by itself; `before` is the version known until now, if any. */
export function changeLine(auction: SeenAuction, before: SeenAuction | null, nowMs: number): string {
  const { auctionId, title, status, bidCount, extensions } = auction;
  const time = new Date(nowMs).toISOString().slice(11, 19);
  const isExtended = before !== null && extensions > before.extensions;
  const closes = status === 'open' ? `closes in ${endOf(auction, nowMs)}${isExtended ? ', extended' : ''}` : status;
  const bids = bidCount === 1 ? '1 bid' : `${bidCount} bids`;
  const id = auctionId.slice(0, ID_LENGTH);
  return `${time} ${id} ${printableLine(title)}: ${priceOf(auction)}, ${bids}, ${leaderOf(auction)}, ${closes}`;
}

const priceOf = ({ currentPrice, currency }: SeenAuction): string => formatMoney({ minor: currentPrice, currency });

/** A pseudonym: enough to tell bidders apart, whose names are their own business. */
const leaderOf = ({ leaderId }: SeenAuction): string => (leaderId === null ? 'nobody' : `bidder ${leaderId.slice(-4)}`);

const endOf = ({ status, closesAt }: SeenAuction, nowMs: number): string =>
  status === 'open' ? leftWords(closesAt - nowMs) : status;

/** Whole seconds: tenths would flicker. */
const leftWords = (ms: number): string =>
  ms <= 0 ? 'a moment' : spanWords(Math.ceil(ms / 1_000) * 1_000).replace('.0 s', ' s');

const extendedWords = (extensions: number): string =>
  extensions === 0 ? '' : `, extended ${extensions === 1 ? 'once' : `${extensions} times`}`;

const pad = (cell: string, width: number, right: boolean): string =>
  right ? cell.padStart(width) : fitted(cell, width).padEnd(width);

/** Cut where it would break the line, which would leave the table where it cannot be overwritten. */
const fitted = (line: string, columns: number): string =>
  line.length > columns ? `${line.slice(0, Math.max(0, columns - 1))}…` : line;
