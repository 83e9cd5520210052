// `npm run -s web:shots FOLDER [PAGE…]`: opens a house of its own, fills it with a market in which some cheat, and keeps
// pictures of every page of the web application (or of those named) at three widths, light and dark, and some of them in German,
// for a person to look at.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { launch, SetupError } from './setup.mjs';
import { person, send, signIn, withHouse } from './web-house.mjs';

/** Name, address and who looks at it. `:lot` is an open lot that ann was outbid on, `:won` one that she won. */
const PAGES = [
  ['home', '/', null],
  ['search', '/search', null],
  ['sales', '/sales', null],
  ['sale', '/sales/:sale', null],
  ['lot', '/lots/:lot', null],
  ['sign-in', '/sign-in', null],
  ['sign-up', '/sign-up', null],
  ['reset', '/reset', null],
  ['person', '/people/:sue', null],
  ['lot-outbid', '/lots/:lot', 'ann'],
  ['lot-won', '/lots/:won', 'ann'],
  ['mine', '/mine', 'ann'],
  ['watching', '/mine?show=watching', 'ann'],
  ['notices', '/notices', 'ann'],
  ['account', '/account', 'ann'],
  ['sale-paddle', '/sales/:sale', 'ann'],
  ['lot-leading', '/lots/:lot', 'bob'],
  ['lot-own', '/lots/:lot', 'sue'],
  ['sell', '/sell', 'sue'],
  ['desk', '/desk', 'olga'],
  ['desk-lot', '/desk/lots?id=:lot', 'olga'],
  ['desk-hall', '/desk/hall?sale=:hall', 'olga'],
  ['lot-hall', '/lots/:called', 'ann'],
  ['desk-fraud', '/desk/fraud', 'olga'],
  ['desk-alerts', '/desk/alerts?show=all', 'olga'],
  ['desk-house', '/desk/house', 'olga'],
  ['desk-people', '/desk/people', 'ada'],
  ['desk-lots', '/desk/lots', 'ada'],
  ['figures', '/figures', 'carl'],
  ['figures-auctions', '/figures/auctions', 'carl'],
  ['figures-people', '/figures/people', 'carl'],
  ['figures-live', '/figures/live', 'carl'],
];
const VIEWS = [
  ...['light', 'dark'].flatMap((colorScheme) =>
    [360, 768, 1_440].map((width) => ({ width, colorScheme, locale: 'en-GB' })),
  ),
  ...[360, 1_440].map((width) => ({ width, colorScheme: 'light', locale: 'de-DE' })),
];
const SETTLED_MS = 1_500;
const HALL_OPENS_MS = 5_000;
const SOON_MS = 1_800_000;
const LATER_MS = 9_000_000;
const MARKET = '--users 60 --items 50 --bids 900 --fraud 50 --duration 75s --seed shots'.split(' ');

await launch(async ([folder, ...only]) => {
  if (folder === undefined)
    throw new SetupError('name the folder that the pictures go into: npm run -s web:shots FOLDER');
  mkdirSync(folder, { recursive: true });
  const pages = PAGES.filter(([name]) => only.length === 0 || only.some((one) => name.startsWith(one)));
  await withHouse('shots', {}, async ({ url, browser, run }) => {
    const names = await filled(url, run);
    for (const view of VIEWS) await pictures(browser, url, { folder, names, pages, view });
  });
});

/** A market with people, cheats and sales; and the lots and the sale that the pages are about. */
async function filled(url, run) {
  const [sue, ann, bob, olga] = await Promise.all(['sue', 'ann', 'bob', 'olga'].map((name) => person(url, name)));
  const item = {
    title: 'Ship’s clock in a brass case, eight-day movement',
    category: 'Clocks',
    description:
      'Bulkhead clock from a coastal steamer. Spun brass case with a hinged, locking bezel; white enamelled dial, Roman numerals, subsidiary seconds. Eight-day movement with platform lever escapement.',
  };
  const terms = { currency: 'EUR', startingPrice: '90000', reservePrice: '110000' };
  const { auctionId } = await send(url, '/auctions', { item, terms, durationMs: 8_040_000 }, sue);
  const bid = (token, amount) => send(url, `/auctions/${auctionId}/bids`, { amount, currency: 'EUR' }, token);
  for (const [token, amount] of [
    [ann, '90000'],
    [bob, '98000'],
    [ann, '105000'],
    [bob, '115000'],
    [ann, '125000'],
    [bob, '150000'],
  ])
    await bid(token, amount);
  const carpet = { item: { title: 'Runner, hand-knotted', category: 'Carpets' }, durationMs: 8_040_000 };
  const bought = { currency: 'EUR', startingPrice: '10000', buyNowPrice: '25000' };
  const { auctionId: won } = await send(url, '/auctions', { ...carpet, terms: bought }, sue);
  await send(url, `/auctions/${won}/buy-now`, {}, ann);
  await send(url, '/graphql', { query: `mutation { watchLot(auctionId: "${auctionId}") }` }, ann);
  const { userId } = await send(url, '/development/sign-in', { name: 'sue' });
  const saleId = await sale(url, olga, userId);
  await run(['generate', ...MARKET, '--url', url]);
  await run(['bronze', 'archive']);
  await run(['gold', 'run']);
  const hall = await hallSale(url, { seller: userId, olga, ann, bob });
  return { ':lot': auctionId, ':won': won, ':sale': saleId, ':sue': userId, ...hall };
}

/** A sale in a hall with a lot that is being called. */
async function hallSale(url, { seller, olga, ann, bob }) {
  const opensAt = new Date(Date.now() + HALL_OPENS_MS).toISOString();
  const terms = {
    kind: 'hall',
    title: 'Musical instruments',
    currency: 'EUR',
    termsVersion: '2026',
    registration: 'open',
  };
  const { saleId } = await send(url, '/sales', { ...terms, opensAt }, olga);
  const lots = [];
  for (const title of ['Violin, Vogtland workshop, around 1900', 'Viola, Saxon workshop', 'Half-size violin, cased']) {
    const lot = {
      sellerId: seller,
      item: { title, category: 'Music' },
      startingPrice: '50000',
      lowEstimate: '70000',
      highEstimate: '90000',
    };
    lots.push((await send(url, `/sales/${saleId}/lots`, lot, olga)).lotId);
  }
  await send(url, `/sales/${saleId}/publication`, {}, olga);
  await new Promise((done) => setTimeout(done, HALL_OPENS_MS + SETTLED_MS));
  const [called] = lots;
  for (const token of [ann, bob]) await send(url, `/sales/${saleId}/paddles`, {}, token);
  await send(url, `/auctions/${called}/hall/opening`, {}, olga);
  await send(url, `/auctions/${called}/bids`, { amount: '50000', currency: 'EUR' }, ann);
  await send(url, `/auctions/${called}/bids`, { amount: '60000', currency: 'EUR' }, bob);
  return { ':hall': saleId, ':called': called };
}

async function sale(url, olga, sellerId) {
  const at = (ms) => new Date(Date.now() + ms).toISOString();
  const terms = {
    currency: 'EUR',
    termsVersion: '2026',
    viewingNotes: 'Viewing on Monday and Tuesday from ten to six.',
  };
  const when = { opensAt: at(SOON_MS), closesAt: at(LATER_MS) };
  const { saleId } = await send(url, '/sales', { ...terms, ...when, title: 'Instruments and clocks, spring' }, olga);
  for (const [title, price] of [
    ['Marine chronometer in a mahogany box', '240000'],
    ['Sextant, brass, with its case', '60000'],
    ['Barograph with eight-day drum', '35000'],
    ['Telescope, three draws, leather-bound', '18000'],
    ['Pair of terrestrial globes', '90000'],
  ]) {
    const estimate = { lowEstimate: price, highEstimate: `${Number(price) * 1.5}` };
    await send(
      url,
      `/sales/${saleId}/lots`,
      { sellerId, item: { title, category: 'Instruments' }, startingPrice: price, ...estimate },
      olga,
    );
  }
  await send(url, `/sales/${saleId}/publication`, {}, olga);
  return saleId;
}

async function pictures(browser, url, { folder, names, pages, view: { width, colorScheme, locale } }) {
  const viewport = { width, height: width < 500 ? 780 : 900 };
  const kind = locale === 'de-DE' ? 'de' : colorScheme;
  for (const who of new Set(pages.map(([, , one]) => one))) {
    const context = await browser.newContext({ viewport, colorScheme, locale });
    const page = await context.newPage();
    if (who !== null) await signIn(page, url, who);
    for (const [name, path] of pages.filter(([, , one]) => one === who)) {
      await page.goto(url + path.replace(/:\w+/, (word) => names[word] ?? word));
      await page.locator('h1').first().waitFor();
      await page.waitForTimeout(SETTLED_MS);
      await page.screenshot({ path: join(folder, `${name}-${width}-${kind}.png`), fullPage: true });
    }
    await context.close();
  }
}
