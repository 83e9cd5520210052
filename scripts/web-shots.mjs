// `npm run -s web:shots FOLDER [PAGE…]`: opens a house of its own, fills it with a market in which some cheat, and keeps
// pictures of every page of the web application (or of those named) at three widths, light and dark, for a person to look at.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { ensureBuilt, ensureInstalled, launch, pinnedNode, root, SetupError } from './setup.mjs';

const WIDTHS = [360, 768, 1_440];
const SCHEMES = ['light', 'dark'];
/** Name, address and who looks at it. `:lot` is an open lot that ann was outbid on, `:won` one that she won. */
const PAGES = [
  ['home', '/', null],
  ['search', '/search', null],
  ['lot', '/lots/:lot', null],
  ['lot-outbid', '/lots/:lot', 'ann'],
  ['lot-leading', '/lots/:lot', 'bob'],
  ['mine', '/mine', 'ann'],
  ['sell', '/sell', 'sue'],
  ['sign-in', '/sign-in', null],
  ['desk', '/desk', 'olga'],
  ['desk-people', '/desk/people', 'ada'],
  ['desk-lots', '/desk/lots', 'ada'],
  ['desk-lot', '/desk/lots?id=:lot', 'olga'],
  ['desk-hall', '/desk/hall?sale=:hall', 'olga'],
  ['lot-hall', '/lots/:called', 'ann'],
  ['desk-fraud', '/desk/fraud', 'olga'],
  ['desk-alerts', '/desk/alerts?show=all', 'olga'],
  ['desk-house', '/desk/house', 'olga'],
  ['figures', '/figures?currency=USD', 'carl'],
  ['figures-auctions', '/figures/auctions?currency=USD', 'carl'],
  ['figures-people', '/figures/people?currency=USD', 'carl'],
  ['figures-live', '/figures/live?currency=USD', 'carl'],
  ['notices', '/notices', 'ann'],
];
const READY_MS = 120_000;
const SETTLED_MS = 1_500;
const HALL_OPENS_MS = 5_000;
const MARKET = [
  '--users',
  '60',
  '--items',
  '50',
  '--bids',
  '900',
  '--fraud',
  '50',
  '--duration',
  '75s',
  '--seed',
  'shots',
];

await launch(async ([folder, ...only]) => {
  if (folder === undefined)
    throw new SetupError('name the folder that the pictures go into: npm run -s web:shots FOLDER');
  const executablePath = process.env.GAVEL_TEST_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath))
    throw new SetupError('there is no Chromium: apt-get install chromium, or name one in GAVEL_TEST_CHROMIUM');
  await ensureInstalled();
  await ensureBuilt();
  mkdirSync(folder, { recursive: true });
  const data = mkdtempSync(join(tmpdir(), 'gavel-shots-'));
  const house = await open(data);
  try {
    const names = await filled(house.url, data);
    const pages = PAGES.filter(([name]) => only.length === 0 || only.some((one) => name.startsWith(one)));
    await pictures(executablePath, house.url, { folder, names, pages });
  } finally {
    await house.stop();
    rmSync(data, { recursive: true, force: true });
  }
});

function gavel(args, data, stdio) {
  const entry = ['--disable-warning=TimeoutNegativeWarning', join(root, 'dist', 'src', 'main.js'), ...args];
  const own = { GAVEL_DATA: data, GAVEL_HTTP_PORT: '0', GAVEL_RATE_PER_ADDRESS: '0', GAVEL_RATE_PER_SUBJECT: '0' };
  return spawn(pinnedNode, entry, { cwd: root, env: { ...process.env, ...own }, stdio });
}

/** A house on a free port; `stop` resolves when it is gone. */
function open(data) {
  const child = gavel(['up'], data, ['ignore', 'pipe', 'inherit']);
  const gone = new Promise((done) => child.on('exit', done));
  const stop = async () => {
    child.kill('SIGTERM');
    await gone;
  };
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (bytes) => {
      said += bytes;
      const url = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/.exec(said)?.[0];
      if (url !== undefined && said.includes('Ctrl-C drains')) resolve({ url, stop });
    });
    child.on('exit', (code) => reject(new Error(`gavel up ended with ${code}: ${said}`)));
    child.on('error', reject);
    setTimeout(() => reject(new Error(`gavel up was not open within ${READY_MS} ms: ${said}`)), READY_MS).unref();
  });
}

/** Runs a command of gavel to its end. */
function run(args, data) {
  const child = gavel(args, data, ['ignore', 'ignore', 'inherit']);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`gavel ${args.join(' ')} ended with ${code}`)),
    );
  });
}

/** A market with people, cheats and sales; and the lot that the pages are about. */
async function filled(url, data) {
  const person = async (name) => (await send(url, '/development/sign-in', { name })).token;
  const [sue, ann, bob] = [await person('sue'), await person('ann'), await person('bob')];
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
  await run(['generate', ...MARKET, '--url', url], data);
  await run(['bronze', 'archive'], data);
  await run(['gold', 'run'], data);
  return { ':lot': auctionId, ...(await hallSale(url, { sue, ann, bob })) };
}

/** A sale in a hall with a lot that is being called. */
async function hallSale(url, { sue, ann, bob }) {
  const olga = (await send(url, '/development/sign-in', { name: 'olga' })).token;
  const opensAt = new Date(Date.now() + HALL_OPENS_MS).toISOString();
  const terms = {
    kind: 'hall',
    title: 'Musical instruments',
    currency: 'EUR',
    termsVersion: '2026',
    registration: 'open',
  };
  const { saleId } = await send(url, '/sales', { ...terms, opensAt }, olga);
  const sellerId = subjectOf(sue);
  const lots = [];
  for (const title of ['Violin, Vogtland workshop, around 1900', 'Viola, Saxon workshop', 'Half-size violin, cased']) {
    const lot = {
      sellerId,
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

/** Whose token it is (RFC 7519). */
const subjectOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).sub;

async function send(url, path, body, token) {
  const response = await fetch(url + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${path} answers ${response.status}: ${await response.text()}`);
  return response.json();
}

async function pictures(executablePath, url, { folder, names, pages }) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  try {
    for (const colorScheme of SCHEMES)
      for (const width of WIDTHS) {
        const viewport = { width, height: width < 500 ? 780 : 900 };
        for (const who of new Set(pages.map(([, , one]) => one))) {
          const context = await browser.newContext({ viewport, colorScheme, locale: 'en-GB' });
          const page = await context.newPage();
          if (who !== null) await signIn(page, url, who);
          for (const [name, path] of pages.filter(([, , one]) => one === who)) {
            await page.goto(url + path.replace(/:\w+/, (word) => names[word] ?? word));
            await page.locator('h1').first().waitFor();
            await page.waitForTimeout(SETTLED_MS);
            await page.screenshot({ path: join(folder, `${name}-${width}-${colorScheme}.png`), fullPage: true });
          }
          await context.close();
        }
      }
  } finally {
    await browser.close();
  }
}

async function signIn(page, url, name) {
  await page.goto(`${url}/sign-in`);
  await page.getByRole('button', { name: new RegExp(`\\b${name}\\b`) }).click();
  await page.getByRole('button', { name: 'Sign out' }).waitFor();
}
