// Browsers of people at a house: each with storage of its own, what it heard from the house, and what it complained of.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

/** A browser of somebody's own. */
export type Room = Readonly<{ page: Page; heard: string[]; complaints: string[]; leave: () => Promise<void> }>;
type ContextOptions = NonNullable<Parameters<Browser['newContext']>[0]>;

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const WAIT_MS = 15_000;

export class Browsers {
  private constructor(
    private readonly browser: Browser,
    private readonly url: string,
  ) {}

  static async open(executablePath: string, url: string): Promise<Browsers> {
    return new Browsers(await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] }), url);
  }

  close(): Promise<void> {
    return this.browser.close();
  }

  /** One more; signed in as somebody by name, unless null. */
  async room(name: string | null, context: ContextOptions = {}): Promise<Room> {
    const own: BrowserContext = await this.browser.newContext({
      locale: 'en-GB',
      viewport: { width: 1_024, height: 900 },
      baseURL: this.url,
      ...context,
    });
    const page = await own.newPage();
    page.setDefaultTimeout(WAIT_MS);
    const [heard, complaints]: [string[], string[]] = [[], []];
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('websocket', (socket) => socket.on('framereceived', ({ payload }) => heard.push(String(payload))));
    page.on('response', (response) => {
      response.text().then(
        (text) => heard.push(text),
        () => undefined,
      );
    });
    if (name !== null) {
      await page.goto('/sign-in');
      await page.getByRole('button', { name: new RegExp(`\\b${name}\\b`) }).click();
      await page.getByRole('button', { name: /Sign out|Abmelden/ }).waitFor();
    }
    return { page, heard, complaints, leave: () => own.close() };
  }
}

/** What axe finds on a page. Run as a string: the page's policy lets no script of others in, and the debugger may. */
export async function violations(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  return page.evaluate(
    `axe.run(document, { runOnly: ${JSON.stringify(RULES)} })
      .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' | ')))`,
  );
}

/** What makes a page scroll sideways: elements that end behind its edge and are not cut by one around them. */
export const sideways = (page: Page): Promise<readonly string[]> =>
  page.evaluate(`(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    const isCut = (element) => element !== null && element !== document.body &&
      (getComputedStyle(element).overflowX !== 'visible' || isCut(element.parentElement));
    return [...document.body.querySelectorAll('*')]
      .filter((one) => one.getBoundingClientRect().right > clientWidth && !isCut(one.parentElement))
      .map((one) => one.outerHTML.slice(0, 120));
  })()`);
