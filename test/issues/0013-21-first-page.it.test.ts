// The address that `npm start` prints shows something: a page with live prices, under a policy that holds a browser to it.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { commandId, userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, TestApi, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { describeWithChromium } from '../support/requires.js';

const [sue, ann] = [userId(runtime.uuid()), userId(runtime.uuid())];
const TITLE = 'A clock <img src=x onerror="document.title=1"> of Müller';
let house: ApiHouse;
let as: Record<'sue' | 'ann', string>;

async function list(title: string, minutes: number): Promise<string> {
  const reply = await house.http.post('/auctions', as.sue, {
    item: { title, category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '123450' },
    durationMs: minutes * 60_000,
  });
  expect(reply.status).toBe(201);
  return reply.body.auctionId;
}

beforeAll(async () => {
  house = await ApiHouse.open();
  as = { sue: await tokenFor(sue, 'seller'), ann: await tokenFor(ann, 'bidder') };
  for (const name of ['sue', 'ann'] as const) await house.http.post('/users', as[name], { username: name });
});
afterAll(() => house.close());

const hrefsIn = (html: string): string[] =>
  [...html.matchAll(/(?:href|src)="(\/[^"]*)"/g)].map(([, href]) => href ?? '');

describe('the page at /', () => {
  it('has no script, style or address of others in it, and no dead link', async () => {
    const page = await house.http.get('/');
    expect(page).toMatchObject({ status: 200 });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; img-src 'self' data:; connect-src 'self'; style-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    );
    expect(page.text).not.toMatch(/<style|<script(?![^>]* src=)| style=| on\w+=|https?:\/\/(?!127\.0\.0\.1:3000<)/);
    const hrefs = hrefsIn(page.text);
    expect(hrefs).toEqual(expect.arrayContaining(['/docs', '/graphiql', '/pages/house.js']));
    for (const href of hrefs) expect([href, (await house.http.get(href)).status]).toEqual([href, 200]);
  });
  it('leaves GraphiQL and its way to a token out of production', async () => {
    const graphql = { introspection: false, graphiql: false };
    const http = await TestApi.start({ settings: { ...settings, graphql } });
    try {
      const { text } = await http.get('/');
      expect(text).not.toMatch(/graphiql|gavel -- token/);
      expect(text).toContain('Send your bid with your token');
      for (const path of ['/graphiql', '/graphiql/graphiql.js']) expect((await http.get(path)).status).toBe(404);
    } finally {
      await http.close();
    }
  });
});

it('the README has a subscription that works when pasted', async () => {
  const block = /```sh\n([^`]*?graphql-ws[\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))?.[1] ?? '';
  expect(block).toContain('connectionParams');
  const script = block
    .replace(/\$\(npm run [^)]*\)/, as.ann)
    .replace('ws://127.0.0.1:3000', house.http.url.replace('http', 'ws'))
    .replace('node --input', `exec '${process.execPath}' --input`);
  const shell = spawn('sh', ['-c', script]);
  let [told, complaints] = ['', ''];
  shell.stdout.on('data', (text: Buffer) => {
    told += text.toString();
  });
  shell.stderr.on('data', (text: Buffer) => {
    complaints += text.toString();
  });
  try {
    await eventually('the subscription', () => house.http.api.sockets.size().subscriptions === 1);
    await list('Seen from a shell', 60);
    await eventually('the auction', () => told.includes("title: 'Seen from a shell'"));
  } finally {
    shell.kill();
    await eventually('the shell to end', () => shell.exitCode !== null || shell.signalCode !== null);
  }
  expect(complaints).toBe('');
});

describeWithChromium('in a browser', (executablePath) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  });
  afterAll(() => browser.close());

  /** A page, everything that it asked for, and everything that it complained of. */
  async function opened(path: string, width = 1_024) {
    const page = await browser.newPage({ viewport: { width, height: 900 } });
    const [complaints, foreign]: [string[], string[]] = [[], []];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('request', (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(house.http.url))
        foreign.push(request.url());
    });
    await page.goto(`${house.http.url}${path}`);
    return { page, complaints, foreign };
  }

  const shot = async (page: Page, name: string): Promise<void> => {
    const folder = process.env['GAVEL_TEST_SHOTS'];
    if (folder !== undefined) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
  };

  it('prices are live, and titles are text', async () => {
    const auctionId = await list(TITLE, 60);
    await list('Ein sehr langes Wort: '.concat('Donaudampfschiff'.repeat(8)), 3_000);
    await list('مزهرية من القرن التاسع عشر', 1);
    await house.caughtUp();
    const { page, complaints, foreign } = await opened('/');
    const row = page.locator('#lots li').filter({ hasText: auctionId });
    await eventually(
      'the list',
      async () => (await row.locator('.price').textContent())?.includes('1,234.50') === true,
    );
    expect(await row.locator('.name').textContent()).toBe(TITLE);
    await eventually('the word', async () => (await page.locator('#state').textContent()) === 'Live');
    const bid = { amount: '200000', currency: 'USD', commandId: commandId(runtime.uuid()) };
    await house.http.post(`/auctions/${auctionId}/bids`, as.ann, bid);
    await eventually('the bid', async () => (await row.locator('.about').textContent())?.includes('1 bid') === true);
    await shot(page, 'house-1024');
    await page.emulateMedia({ colorScheme: 'dark' });
    await shot(page, 'house-1024-dark');
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
    expect(await page.title()).toBe('Gavel: open for bids');
    expect(await page.locator('#lot').textContent()).toMatch(/^[0-9a-f-]{36}$/);
    await list('A late lot', 90);
    await eventually('word of the new lot', () => page.locator('#changed').isVisible());
    await page.locator('#again').click();
    await eventually('the new lot', async () => (await page.locator('#lots').textContent())?.includes('late') === true);
    await page.close();
  });

  it('nothing has to be scrolled sideways at 320 pixels', async () => {
    const { page, complaints } = await opened('/', 320);
    await eventually('the list', async () => (await page.locator('#lots li').count()) > 0);
    const widths = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(widths)).toBe(0);
    await shot(page, 'house-320');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('GraphiQL runs the subscription that it opens with', async () => {
    const { page, complaints, foreign } = await opened('/graphiql');
    const run = page.locator('.graphiql-execute-button').first();
    await run.waitFor();
    await run.click();
    await page.getByRole('menuitem', { name: 'Prices' }).click();
    const auctionId = await list('Seen in GraphiQL', 60);
    const answer = page.locator('.graphiql-response');
    for (let minor = 200_000n; ; minor += 100_000n) {
      await house.http.post(`/auctions/${auctionId}/bids`, as.ann, { amount: `${minor}`, currency: 'USD' });
      await house.caughtUp();
      if ((await answer.textContent())?.includes('Seen') === true) break;
    }
    await shot(page, 'graphiql');
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
    await page.close();
  });
});
