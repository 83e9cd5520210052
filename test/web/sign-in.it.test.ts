// Signing up, in and out in a real browser, on a real house with a real mail server.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { loadConfig } from '../../src/config.js';
import { signInOf } from '../../src/house/sign-in.js';
import type { Undo } from '../../src/house/undoable.js';
import { ApiHouse, runtime, settings } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { type MailServer, startMailServer } from '../support/mail-server.js';
import { mailLinks, type PeopleMail, startPeopleMail } from '../support/people-mail.js';
import { describeWithChromium } from '../support/requires.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const EMAIL = 'ann@people.example';
const PASSWORD = 'a sentence of ann';
const undo: Undo[] = [];
let mail: MailServer;
let house: ApiHouse;
let sending: PeopleMail;

describeWithChromium('in a browser', (executablePath) => {
  let browser: Browser;
  beforeAll(async () => {
    mail = await startMailServer();
    const config = loadConfig({ GAVEL_MAIL_URL: mail.url, GAVEL_PUBLIC_URL: 'http://house.example' });
    house = await ApiHouse.open({
      settings: { ...settings, web: true },
      mailLinks,
      signInWith: ({ postgres, pool }) => signInOf({ config, tokens: settings.tokens, postgres, pool, runtime }, undo),
    });
    sending = startPeopleMail(house, mail, runtime);
    browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await sending.stop();
    for (const one of undo) await one();
    await house.close();
    await mail.stop();
  });

  async function page(locale: string, complaints: string[] = []): Promise<Page> {
    const context = await browser.newContext({ locale, viewport: { width: 400, height: 800 } });
    const opened = await context.newPage();
    opened.setDefaultTimeout(60_000);
    opened.on('pageerror', (error) => complaints.push(error.message));
    return opened;
  }

  const linkOf = async (subject: string): Promise<string> => {
    const found = () => mail.taken.find((one) => one.mail.subject === subject)?.mail.text ?? '';
    await eventually(`the mail "${subject}"`, () => found() !== '', 60_000);
    return `${house.http.url}${/http:\/\/house\.example(\/\S+)/.exec(found())?.[1]}`;
  };

  it('somebody opens an account, confirms it, signs in, stays so over a reload, and signs out', async () => {
    const complaints: string[] = [];
    const ann = await page('en-GB', complaints);
    await ann.goto(`${house.http.url}/sign-in`);
    await ann.getByRole('link', { name: 'Open an account' }).click();
    await ann.getByRole('button', { name: 'Open an account' }).click();
    expect(await ann.locator('.hint.wrong').count()).toBe(3);
    expect(await ann.evaluate('document.activeElement?.id')).toBe('username');
    await ann.getByLabel('Name that others see').fill('ann');
    await ann.getByLabel('E-mail address').fill(EMAIL);
    await ann.getByLabel('Password').fill(PASSWORD);
    await ann.getByRole('button', { name: 'Open an account' }).click();
    await ann.getByRole('status').filter({ hasText: 'We have sent you mail' }).waitFor();

    await ann.goto(await linkOf('Confirm your e-mail address'));
    await ann.getByRole('button', { name: 'Confirm' }).click();
    await ann.getByRole('heading', { name: 'Confirmed' }).waitFor();
    await house.caughtUp();

    await ann.goto(`${house.http.url}/sign-in?to=/mine`);
    await ann.getByLabel('E-mail address').fill(EMAIL);
    await ann.getByLabel('Password').fill('not the password');
    await ann.getByRole('button', { name: 'Sign in', exact: true }).click();
    await ann.getByRole('alert').filter({ hasText: 'do not belong together' }).waitFor();
    await ann.getByLabel('Password').fill(PASSWORD);
    await ann.getByRole('button', { name: 'Sign in', exact: true }).click();
    await ann.getByText('You have placed no bid yet').waitFor();
    await ann.reload();
    await ann.getByText('You have placed no bid yet').waitFor();
    expect(await ann.evaluate('document.cookie')).toBe('');
    await ann.getByRole('button', { name: /Sign out/ }).click();
    await ann.getByText('Sign in to see your bids.').waitFor();
    await ann.reload();
    await ann.getByText('Sign in to see your bids.').waitFor();
    expect(complaints).toEqual([]);
  }, 180_000);

  it('somebody forgets the password and sets another', async () => {
    const ann = await page('en-GB');
    await ann.goto(`${house.http.url}/reset`);
    await ann.getByLabel('E-mail address').fill(EMAIL);
    await ann.getByRole('button', { name: 'Send me a link' }).click();
    await ann.getByRole('status').filter({ hasText: 'a link is on its way' }).waitFor();
    await ann.goto(await linkOf('A new password'));
    await ann.getByLabel('New password').fill('another sentence of ann');
    await ann.getByRole('button', { name: 'Set the password' }).click();
    await ann.getByRole('status').filter({ hasText: 'Your password is set' }).waitFor();
  }, 180_000);

  it('its pages are accessible, in both languages', async () => {
    for (const locale of ['en-GB', 'de-DE'])
      for (const path of ['/sign-in', '/sign-up', '/reset', '/reset?token=x']) {
        const opened = await page(locale);
        await opened.goto(`${house.http.url}${path}`);
        await opened.locator('form.listing').waitFor();
        await opened.evaluate(AXE);
        const found = await opened.evaluate(
          `axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })
            .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map((node) => node.html).join(' | ')))`,
        );
        expect([path, found]).toEqual([path, []]);
        expect(await opened.evaluate('document.documentElement.lang')).toBe(locale.slice(0, 2));
        await opened.context().close();
      }
  }, 180_000);
});
