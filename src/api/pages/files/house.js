// The page at /: what is open, and every price as it changes, over the public API alone. Whatever people entered is set as
// text, never as markup. The list keeps its order while somebody reads: it is made anew when the reader asks for it.
import { createClient } from '/pages/graphql-ws/client.js';
import { amountText, leftText } from '/pages/words.js';

const SHOWN_MAX = 40;
const FRESH_MS = 1_200;
const LAST_MINUTE_MS = 60_000;
/** A short break is nothing to talk about. */
const SILENT_MS = 2_000;
const FIELDS = 'auctionId title category currency status currentPrice minimumNextBid bidCount closesAt revision';
const SUBSCRIPTION = `subscription { auctionsUpdated(filter: { status: OPEN }) { ${FIELDS} } }`;

const part = (id) => document.getElementById(id);
const [list, state, changed, empty] = ['lots', 'state', 'changed', 'empty'].map(part);
const rows = new Map();
/** The house's clock less ours, in milliseconds. */
let offset = 0;
let lost;

async function show() {
  const response = await fetch(`/auctions?status=open&limit=${SHOWN_MAX}`);
  if (!response.ok) throw new Error(`the house answers ${response.status}`);
  const date = Date.parse(response.headers.get('date') ?? '');
  if (!Number.isNaN(date)) offset = date - Date.now();
  const { rows: auctions } = await response.json();
  rows.clear();
  list.replaceChildren(...auctions.map(rowOf));
  changed.hidden = true;
  empty.hidden = auctions.length > 0;
  exampleOf(auctions[0]);
  tick();
}

function rowOf(auction) {
  const row = { auction, item: element('li'), name: element('bdi', 'name'), price: element('span', 'price') };
  row.about = element('span', 'about');
  row.left = element('span', 'left');
  row.item.append(row.name, row.price, row.about, row.left);
  rows.set(auction.auctionId, row);
  fill(row, auction);
  return row.item;
}

function fill(row, auction) {
  row.auction = auction;
  write(row.name, auction.title);
  write(row.price, amountText(auction.currentPrice, auction.currency));
  const bids = auction.bidCount === 1 ? '1 bid' : `${auction.bidCount} bids`;
  const about = JSON.stringify([auction.category, bids]);
  if (row.aboutText === about) return;
  row.aboutText = about;
  const id = element('code');
  write(id, auction.auctionId);
  const category = element('bdi');
  write(category, auction.category);
  row.about.replaceChildren(category, ` · ${bids} · `, id);
}

function take(told) {
  const auction = { ...told, status: told.status.toLowerCase() };
  const row = rows.get(auction.auctionId);
  if (row === undefined) {
    changed.hidden = auction.status !== 'open';
    empty.hidden = true;
    return;
  }
  if (auction.revision <= row.auction.revision) return;
  const isNews = auction.currentPrice !== row.auction.currentPrice || auction.bidCount !== row.auction.bidCount;
  fill(row, auction);
  if (auction.status !== 'open') changed.hidden = false;
  if (isNews) mark(row);
  tick();
}

function mark(row) {
  row.item.dataset.fresh = 'true';
  clearTimeout(row.calm);
  row.calm = setTimeout(() => delete row.item.dataset.fresh, FRESH_MS);
}

/** One timer for the page; what has not changed is not written. */
function tick() {
  const now = Date.now() + offset;
  for (const { auction, left } of rows.values()) {
    const isOpen = auction.status === 'open';
    const ms = Date.parse(auction.closesAt) - now;
    write(left, isOpen ? leftText(ms) : endText(auction.status));
    left.dataset.last = String(isOpen && ms < LAST_MINUTE_MS);
  }
}

const endText = (status) => status.charAt(0).toUpperCase() + status.slice(1);

function exampleOf(auction) {
  const [address, lot, amount, currency] = ['address', 'lot', 'amount', 'currency'].map(part);
  if (address === null) return;
  write(address, location.origin);
  if (auction === undefined) return;
  write(lot, auction.auctionId);
  write(amount, auction.minimumNextBid);
  write(currency, auction.currency);
}

function element(name, className = '') {
  const made = document.createElement(name);
  if (className !== '') made.className = className;
  return made;
}

function write(where, text) {
  if (where.textContent !== text) where.textContent = text;
}

function live() {
  clearTimeout(lost);
  lost = undefined;
  list.classList.remove('stale');
  state.dataset.live = 'true';
  write(state, 'Live');
}

function stale() {
  lost ??= setTimeout(() => {
    list.classList.add('stale');
    state.dataset.live = 'false';
    write(state, `Connection lost, trying again. As of ${new Date(Date.now() + offset).toLocaleTimeString()}`);
  }, SILENT_MS);
}

const client = createClient({
  url: `${location.origin.replace('http', 'ws')}/graphql`,
  retryAttempts: Number.POSITIVE_INFINITY,
  shouldRetry: () => true,
  retryWait: (tries) => new Promise((done) => setTimeout(done, Math.min(5_000, 250 * 2 ** tries))),
  keepAlive: 10_000,
  on: { connected: () => show().then(live, stale), closed: stale },
});
client.subscribe(
  { query: SUBSCRIPTION },
  {
    next: ({ data }) => data && take(data.auctionsUpdated),
    error: stale,
    complete: stale,
  },
);
part('again').addEventListener('click', () => show().then(() => list.focus(), stale));
setInterval(tick, 1_000);
