// `npm run -s web:figures`: what the first visit of a lot's page weighs and how soon it can be used with a processor a quarter as
// fast, and how many frames a second a page of 300 lots has while 500 bids a second arrive. Prints; judges nothing.
import { launch } from './setup.mjs';
import { person, send, withHouse } from './web-house.mjs';

const VISITS = 5;
const SLOWER = 4;
const LOTS = 300;
const BIDS_A_SECOND = 500;
const LOADED_MS = 20_000;
const WARM_MS = 5_000;
const STEP = 50_000n;

await launch(async () => {
  await withHouse('figures', {}, async ({ url, browser }) => {
    const [sue, ann, bob] = await Promise.all(['sue', 'ann', 'bob'].map((name) => person(url, name)));
    const lots = [];
    for (let n = 0; n < LOTS; n += 1) lots.push(await listed(url, sue, n));
    await firstVisits(browser, url, lots[0]);
    await underLoad(browser, url, { lots, bidders: [ann, bob] });
  });
});

async function listed(url, seller, n) {
  const item = { title: `Lot ${n} of three hundred`, category: 'Clocks', description: 'A clock. '.repeat(40) };
  const terms = { currency: 'EUR', startingPrice: '10000' };
  return (await send(url, '/auctions', { item, terms, durationMs: 7_200_000 }, seller)).auctionId;
}

/** Noted in the page: when the button is there, and every task that keeps it from being pressed. */
const NOTES = `(() => {
  window.notes = { button: null, busyUntil: 0 };
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) window.notes.busyUntil = startTime + duration;
  }).observe({ type: 'longtask', buffered: true });
  const look = () => {
    if (window.notes.button === null && document.querySelector('#bid') !== null) window.notes.button = performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true });
})()`;

async function firstVisits(browser, url, lot) {
  const visits = [];
  for (let n = 0; n < VISITS; n += 1) visits.push(await firstVisit(browser, `${url}/lots/${lot}`));
  const median = (of) => visits.map((one) => one[of]).toSorted((a, b) => a - b)[Math.floor(VISITS / 2)];
  const kB = (bytes) => (bytes / 1_000).toFixed(1);
  say(`first visit of a lot: ${kB(median('script'))} kB of JavaScript, ${kB(median('all'))} kB in all without photos`);
  say(
    `  with a processor ${SLOWER} times slower: to be used after ${Math.round(median('ready'))} ms (median of ${VISITS})`,
  );
}

async function firstVisit(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  const [kinds, sizes] = [new Map(), { script: 0, all: 0 }];
  cdp.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = kinds.get(requestId);
    if (kind === 'Image') return;
    sizes.all += encodedDataLength;
    if (kind === 'Script') sizes.script += encodedDataLength;
  });
  await cdp.send('Network.enable');
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  await page.addInitScript(NOTES);
  await page.goto(address, { waitUntil: 'networkidle' });
  const { button, busyUntil } = await page.evaluate('window.notes');
  await context.close();
  return { ...sizes, ready: Math.max(button, busyUntil) };
}

const FRAMES = `new Promise((done) => {
  const begun = performance.now();
  let [frames, last, longest] = [0, begun, 0];
  const frame = (at) => {
    frames += 1;
    longest = Math.max(longest, at - last);
    last = at;
    if (at - begun < ${LOADED_MS}) requestAnimationFrame(frame);
    else done({ perSecond: (frames * 1000) / (at - begun), longest });
  };
  requestAnimationFrame(frame);
})`;

async function underLoad(browser, url, { lots, bidders }) {
  const page = await browser.newPage({ viewport: { width: 1_440, height: 900 } });
  let told = 0;
  page.on('websocket', (socket) => socket.on('framereceived', () => (told += 1)));
  await page.goto(`${url}/search`);
  const more = page.getByRole('button', { name: 'Show more' });
  const shown = () => page.locator('.card').count();
  while ((await shown()) < LOTS) {
    const before = await shown();
    await more.click();
    await page.waitForFunction(`document.querySelectorAll('.card').length > ${before}`);
  }
  const calm = await page.evaluate(FRAMES);
  const load = bidding(url, lots, bidders);
  await page.waitForTimeout(WARM_MS);
  const [bidsBefore, toldBefore] = [load.accepted(), told];
  const busy = await page.evaluate(FRAMES);
  const seconds = LOADED_MS / 1_000;
  const rate = Math.round((load.accepted() - bidsBefore) / seconds);
  say(`${await shown()} live lots on one page: ${calm.perSecond.toFixed(1)} frames a second while nobody bids`);
  say(
    `  ${busy.perSecond.toFixed(1)} frames a second while ${rate} bids a second are accepted and ` +
      `${Math.round((told - toldBefore) / seconds)} pieces of news a second arrive; the longest took ${Math.round(busy.longest)} ms`,
  );
  await load.stop();
  await page.close();
}

/** Bids on one lot after the other, each above the last, as fast as the house takes them and at most so many a second. */
function bidding(url, lots, bidders) {
  const [rounds, underWay] = [new Map(), new Map()];
  let [accepted, turn, isOver, sent] = [0, 0, false, 0];
  const begun = performance.now();
  const one = async (lot) => {
    const round = (rounds.get(lot) ?? 0) + 1;
    rounds.set(lot, round);
    const body = { amount: `${10_000n + BigInt(round) * STEP}`, currency: 'EUR' };
    await send(url, `/auctions/${lot}/bids`, body, bidders[round % bidders.length]);
    accepted += 1;
  };
  const timer = setInterval(() => {
    const due = ((performance.now() - begun) / 1_000) * BIDS_A_SECOND;
    for (let tries = 0; sent < due && tries < lots.length; tries += 1) {
      const lot = lots[turn++ % lots.length];
      if (underWay.has(lot)) continue;
      sent += 1;
      underWay.set(
        lot,
        one(lot).then(
          () => underWay.delete(lot),
          (error) => {
            underWay.delete(lot);
            if (!isOver) say(`a bid was not taken: ${error.message}`);
          },
        ),
      );
    }
  }, 5);
  return {
    accepted: () => accepted,
    stop: async () => {
      clearInterval(timer);
      isOver = true;
      await Promise.all(underWay.values());
    },
  };
}

function say(line) {
  process.stdout.write(`${line}\n`);
}
