// Events as a house records them, made by DuckDB: accounts, then auctions that run for a day each and overlap, with bids that
// grow denser towards the close, refusals, sales, invoices, payments and payouts. They are cut off at the number wanted, so
// that the newest auctions are still open. The same number gives the same events.
import { currentVersion } from '../../src/journal/event-codec.js';

/** 2026-01-01T00:00:00Z. */
const BEGINS_MS = 1_767_225_600_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Fewer than an auction has on average, so that there are always enough. */
const EVENTS_PER_AUCTION_MIN = 30;
const EVENTS_PER_PERSON = 200;
const SELLERS_AMONG = 10;
/** The auctions begin within a month, or within a day of each hundred where there are few. */
const SPAN_MS = 30 * DAY_MS;
/** Every so manieth bid has a refused one right behind it. */
const REFUSAL_EVERY = 20;

const MACROS = [
  `CREATE MACRO uid(ms, name) AS
    substr(format('{:012x}', ms), 1, 8) || '-' || substr(format('{:012x}', ms), 9, 4) || '-7' || substr(md5(name), 1, 3)
    || '-8' || substr(md5(name), 4, 3) || '-' || substr(md5(name), 7, 12)`,
  `CREATE MACRO number_in(name, n) AS CAST(md5_number_lower(name) % n AS BIGINT)`,
];

const peopleAmong = (events: number): number => Math.max(50, Math.ceil(events / EVENTS_PER_PERSON));

const people = (events: number): string => `CREATE TABLE people AS
SELECT i, uid(${BEGINS_MS}, 'person ' || i) AS id FROM range(${peopleAmong(events)}) t (i)`;

const auctions = (events: number): string => {
  const count = Math.ceil(events / EVENTS_PER_AUCTION_MIN);
  const person = (name: string): string => `number_in(${name}, ${peopleAmong(events)})`;
  return `CREATE TABLE auctions AS
SELECT a, uid(opens, 'auction ' || a) AS id, opens, opens + ${DAY_MS} AS closes, first_bidder,
  ${person(`'seller ' || a % (${peopleAmong(events)} // ${SELLERS_AMONG})`)} AS seller, bids, currency,
  starting_price, starting_price // 10 AS step, category
FROM (
  SELECT a, ${BEGINS_MS + HOUR_MS} + CAST(a * ${SPAN_MS}.0 / ${count} AS BIGINT) AS opens,
    ${person("'first ' || a")} AS first_bidder,
    CASE WHEN a % 10 = 9 THEN 0 ELSE 5 + number_in('bids ' || a, 60) END AS bids,
    CASE WHEN a % 10 < 7 THEN 'USD' WHEN a % 10 < 9 THEN 'EUR' ELSE 'JPY' END AS currency,
    1000 * (1 + number_in('price ' || a, 50)) AS starting_price,
    (['Antiques', 'Watches', 'Paintings', 'Furniture', 'Jewellery'])[1 + number_in('category ' || a, 5)] AS category
  FROM range(${count}) t (a)
)`;
};

/** `kind` says which event; `k` is the bid's number. Revisions of an auction: listed, bids, sold, invoiced, paid, settled. */
const happened = (events: number): string => `CREATE TABLE happened AS
WITH bid AS (
  SELECT a, k, bids, opens + CAST(${DAY_MS} * (1 - pow(1 - k / (bids + 1.0), 2)) AS BIGINT) AS at_ms
  FROM (SELECT a, bids, opens, unnest(range(1, bids + 1)) AS k FROM auctions)
),
every AS (
  SELECT 'UserRegistered' AS kind, i AS a, 0 AS k, 0 AS revision, ${BEGINS_MS} + i AS at_ms FROM people
  UNION ALL SELECT 'AuctionListed', a, 0, 0, opens FROM auctions
  UNION ALL SELECT 'BidPlaced', a, k, k, at_ms FROM bid
  UNION ALL SELECT 'BidRejected', a, k, k // ${REFUSAL_EVERY} - 1, at_ms + 1 FROM bid WHERE k % ${REFUSAL_EVERY} = 0
  UNION ALL SELECT 'AuctionPassed', a, 0, 1, closes FROM auctions WHERE bids = 0
  UNION ALL SELECT 'AuctionSold', a, bids, bids + 1, closes FROM auctions WHERE bids > 0
  UNION ALL SELECT 'InvoiceIssued', a, bids, bids + 2, closes FROM auctions WHERE bids > 0
  UNION ALL SELECT 'PaymentRecorded', a, bids, bids + 3, closes + (1 + a % 72) * ${HOUR_MS} FROM auctions WHERE bids > 0
  UNION ALL SELECT 'TransactionSettled', a, bids, bids + 4, closes + ${7 * DAY_MS} FROM auctions WHERE bids > 0
)
SELECT row_number() OVER (ORDER BY at_ms, kind = 'BidRejected', a, revision) AS position, * FROM every
QUALIFY position <= ${events}`;

const price = 'auctions.starting_price + (k - 1) * step';
const premium = `(${price}) * 15 // 100`;
const fee = `(${price}) // 10`;
const due = `(${price}) + ${premium}`;
const who = (name: string, person: string): string => `'"${name}":"' || ${person} || '"'`;
const amount = (name: string, of: string): string => `'"${name}":"' || (${of}) || '"'`;
const plain = (name: string, of: string): string => `'"${name}":' || (${of})`;
const json = (...fields: readonly string[]): string => `'{' || ${fields.join(` || ',' || `)} || '}'`;
const type = (name: string): string => `'"type":"${name}"'`;
const currency = `'"currency":"' || currency || '"'`;
const terms =
  `'"terms":{"format":"english","currency":"' || currency || '","startingPrice":"' || starting_price || ` +
  `'","reservePrice":null,"buyNowPrice":null,"increments":[{"below":null,"step":"' || step || '"}],"softClose":null,` +
  `"retraction":"by-request","fees":{"name":"house","version":1,"buyersPremium":[{"upTo":null,"rateBp":1500}],"premiumMinimum":"0",` +
  `"platformFee":[{"upTo":null,"rateBp":1000}],"charges":[],"tax":{"scheme":"flat","country":null,"region":null,"rates":[]},` +
  `"rounding":{"mode":"half-up","step":"1"},"paymentTermMs":1209600000}}'`;
const line = (paidBy: string, kind: string, net: string): string =>
  `'{"paidBy":"${paidBy}","kind":"${kind}","net":"' || (${net}) || '","taxRatePpm":0,"tax":"0"}'`;
const buyersLines = `${line('buyer', 'hammer', price)} || ',' || ${line('buyer', 'premium', premium)}`;

/** The text of each kind, over `happened`, its auction, and the people in it. */
const TEXTS: Readonly<Record<string, string>> = {
  UserRegistered: json(
    type('UserRegistered'),
    `'"username":null'`,
    `'"personalData":null'`,
    plain('registeredAt', 'at_ms'),
  ),
  AuctionListed: json(
    type('AuctionListed'),
    who('sellerId', 'seller.id'),
    `'"item":{"title":"Lot ' || happened.a || ', of ' || category || '","description":"As seen at the viewing; sold as it is.","category":"' || category || '"}'`,
    terms,
    plain('opensAt', 'at_ms'),
    plain('closesAt', 'closes'),
    plain('listedAt', 'at_ms'),
    `'"relistOf":null,"relistings":0,"lot":null'`,
  ),
  BidPlaced: json(
    type('BidPlaced'),
    plain('bidNumber', 'k'),
    who('bidderId', 'bidder.id'),
    `CASE WHEN k % 3 = 0 THEN '"bidType":"proxy"' ELSE '"bidType":"manual"' END`,
    amount('maximum', `${price} + CASE WHEN k % 3 = 0 THEN 1 ELSE 0 END`),
    currency,
    plain('placedAt', 'at_ms'),
    `'"userRevision":0'`,
    amount('currentPrice', price),
    who('leaderId', 'bidder.id'),
    plain('leadingBid', 'k'),
    plain('bidCount', 'k'),
    amount('minimumNextBid', `${price} + step`),
    `'"reserveMet":true'`,
  ),
  BidRejected: json(
    type('BidRejected'),
    who('bidderId', 'bidder.id'),
    amount('amount', price),
    currency,
    `'"rejection":{"reason":"BidBelowMinimum",' || ${amount('minimumNextBid', `${price} + step`)} || '}'`,
    plain('judgedAtRevision', 'k'),
    plain('rejectedAt', 'at_ms'),
  ),
  AuctionPassed: json(type('AuctionPassed'), `'"reason":"NoBids"'`, plain('closedAt', 'at_ms')),
  AuctionSold: json(
    type('AuctionSold'),
    `'"via":"Hammer"'`,
    who('buyerId', 'bidder.id'),
    plain('winningBid', 'k'),
    currency,
    amount('hammerPrice', price),
    amount('buyersPremium', premium),
    `'"tax":"0"'`,
    amount('amountDue', due),
    amount('platformFee', fee),
    amount('sellerProceeds', `(${price}) - ${fee}`),
    `'"lines":[' || ${buyersLines} || ',' || ${line('seller', 'platform-fee', fee)} || ']'`,
    plain('closedAt', 'at_ms'),
  ),
  InvoiceIssued: json(
    type('InvoiceIssued'),
    `'"transactionNumber":1'`,
    who('buyerId', 'bidder.id'),
    currency,
    amount('hammerPrice', price),
    `'"premiumSlices":[{"part":"' || (${price}) || '","rateBp":1500}]'`,
    amount('buyersPremium', premium),
    `'"tax":"0","taxScheme":"flat"'`,
    `'"lines":[' || ${buyersLines} || '],"schedule":"house","scheduleVersion":1'`,
    amount('amountDue', due),
    plain('paymentDueAt', 'at_ms + 1209600000'),
    plain('issuedAt', 'at_ms'),
  ),
  PaymentRecorded: json(
    type('PaymentRecorded'),
    `'"transactionNumber":1'`,
    who('buyerId', 'bidder.id'),
    `'"channel":"online"'`,
    `'"reference":"pay_' || happened.a || '"'`,
    amount('amount', due),
    amount('paymentTotal', due),
    currency,
    `'"recordedBy":null'`,
    plain('paidAt', 'at_ms'),
    `'"paymentStatus":"paid"'`,
    amount('moneyIn', due),
    `'"moneyOut":"0"'`,
    amount('held', due),
  ),
  TransactionSettled: json(
    type('TransactionSettled'),
    `'"transactionNumber":1'`,
    who('sellerId', 'seller.id'),
    `'"reference":"payout-' || happened.a || '"'`,
    amount('hammerPrice', price),
    amount('platformFee', fee),
    amount('payout', `(${price}) - ${fee}`),
    currency,
    `'"settledBy":null'`,
    plain('settledAt', 'at_ms'),
    `'"paymentStatus":"settled"'`,
    amount('moneyIn', due),
    amount('moneyOut', `(${price}) - ${fee}`),
    amount('held', `${due} - ((${price}) - ${fee})`),
  ),
};

/** Of the version that is written today. */
const VERSIONS = `CASE happened.kind WHEN 'PaymentRecorded' THEN ${currentVersion('PaymentRecorded')} ELSE 1 END`;

/** Makes the tables of people, auctions, what happened, and streams, in this order. */
export const makeEvents = (events: number): readonly string[] => [
  ...MACROS,
  people(events),
  auctions(events),
  happened(events),
  `CREATE TABLE streams AS
SELECT row_number() OVER (ORDER BY first) AS stream_key, kind, a FROM (
  SELECT CASE kind WHEN 'UserRegistered' THEN 'user-' WHEN 'BidRejected' THEN 'refusals-' ELSE 'auction-' END AS kind, a,
    min(position) AS first
  FROM happened GROUP BY ALL)`,
];

/** Keys and names of all streams, as journal.streams has them. */
export const STREAMS = `SELECT stream_key, kind || CASE kind WHEN 'user-' THEN people.id ELSE auctions.id END
FROM streams LEFT JOIN people ON kind = 'user-' AND people.i = streams.a LEFT JOIN auctions ON auctions.a = streams.a
ORDER BY stream_key`;

/**
 * Rows of journal.events behind `after` up to `last`, of `events` in all. Each join is an equality of two
 * expressions: of other conditions DuckDB compares every row with every row.
 */
export const eventsBetween = (after: number, last: number, events: number): string => {
  const texts = Object.entries(TEXTS).map(([kind, text]) => `WHEN '${kind}' THEN ${text}`);
  return `SELECT position, stream_key, revision, at_ms AS occurred_at, at_ms + 3 AS recorded_at, version, kind AS event_type, command_id, actor_id,
  '\\x' || sha256(payload) AS hash, fingerprint, NULL AS correlation_id, NULL AS causation_id, payload
FROM (
  SELECT position, stream_key, revision, at_ms, ${VERSIONS} AS version, happened.kind AS kind, uid(at_ms, 'command ' || position) AS command_id,
    CASE WHEN happened.kind IN ('BidPlaced', 'BidRejected') THEN bidder.id WHEN happened.kind = 'AuctionListed' THEN seller.id END AS actor_id,
    CASE WHEN happened.kind IN ('BidPlaced', 'BidRejected') THEN 'bid:' || (${price}) || ':' || currency || ':online' END AS fingerprint,
    CASE happened.kind ${texts.join('\n    ')} END AS payload
  FROM happened
  LEFT JOIN auctions ON auctions.a = CASE WHEN happened.kind <> 'UserRegistered' THEN happened.a END
  LEFT JOIN people bidder ON bidder.i = (first_bidder + k * 7) % ${peopleAmong(events)}
  LEFT JOIN people seller ON seller.i = auctions.seller
  JOIN streams ON streams.a = happened.a AND streams.kind =
    CASE happened.kind WHEN 'UserRegistered' THEN 'user-' WHEN 'BidRejected' THEN 'refusals-' ELSE 'auction-' END
  WHERE position > ${after} AND position <= ${last}
)
ORDER BY position`;
};
