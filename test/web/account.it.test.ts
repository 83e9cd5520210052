// The page of one's own account in a real browser: passkeys of a virtual authenticator (Chromium's, over CDP), tokens for programs.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { CDPSession, Page } from 'playwright-core';
import { loadConfig } from '../../src/config.js';
import { signInOf } from '../../src/house/sign-in.js';
import type { Undo } from '../../src/house/undoable.js';
import { ApiHouse, runtime, settings } from '../support/api.js';
import { Browsers, violations } from '../support/browsers.js';
import { describeWithChromium } from '../support/requires.js';

const TIMEOUT_MS = 180_000;
const [EMAIL, PASSWORD] = ['ann@people.example', 'a sentence of ann'];
const undo: Undo[] = [];
let house: ApiHouse;

describeWithChromium('the account in a browser', (executablePath) => {
  let browsers: Browsers;
  let page: Page;
  let complaints: string[];
  let leave: () => Promise<void>;
  let devices: CDPSession;

  beforeAll(async () => {
    // Without mail, as in development: an address is taken as it is.
    const config = loadConfig({});
    house = await ApiHouse.open({
      settings: { ...settings, web: true },
      signInWith: ({ postgres, pool }) => signInOf({ config, tokens: settings.tokens, postgres, pool, runtime }, undo),
    });
    // Browsers make passkeys for names alone.
    browsers = await Browsers.open(executablePath, house.http.url.replace('127.0.0.1', 'localhost'));
    ({ page, complaints, leave } = await browsers.room(null));
    devices = await page.context().newCDPSession(page);
    await devices.send('WebAuthn.enable');
    await page.goto('/sign-up');
    await page.getByLabel('Name that others see').fill('ann');
    await page.getByLabel('E-mail address').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Open an account' }).click();
    await page.getByText('Your account is open').waitFor();
    await house.caughtUp();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await leave?.();
    await browsers?.close();
    for (const one of undo) await one();
    await house?.close();
  });

  /** A device of ann's. `checks`: it checks who holds it. */
  const device = async (checks: boolean): Promise<string> => {
    const options = {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: checks,
      isUserVerified: checks,
      automaticPresenceSimulation: true,
    } as const;
    return (await devices.send('WebAuthn.addVirtualAuthenticator', { options })).authenticatorId;
  };
  const byPassword = async (): Promise<void> => {
    await page.goto('/sign-in?to=/account');
    await page.getByLabel('E-mail address').fill(EMAIL);
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('heading', { name: 'Passkeys' }).waitFor();
  };
  const signOut = async (): Promise<void> => {
    await page.getByRole('button', { name: /Sign out/ }).click();
    await page.goto('/sign-in?to=/account');
  };
  const passkeySignIn = () => page.getByRole('button', { name: 'Sign in with a passkey' }).click();

  it(
    'a passkey is added, signs in without a password, and does so no more once it is removed',
    async () => {
      const authenticatorId = await device(true);
      await byPassword();
      await page.getByLabel('Name of the device').fill('my phone');
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByRole('button', { name: 'Remove my phone' }).waitFor();
      expect(await violations(page)).toEqual([]);
      const { credentials } = await devices.send('WebAuthn.getCredentials', { authenticatorId });
      // What the device shows is the name, not the keyed hash of the address that the tables have.
      expect(credentials).toMatchObject([{ rpId: 'localhost', userName: 'ann' }]);

      await signOut();
      const answered = page.waitForResponse(
        (response) => response.url().endsWith('/account/passkey') && response.request().method() === 'POST',
      );
      await passkeySignIn();
      await page.getByRole('heading', { name: 'Passkeys' }).waitFor();
      const body = (await answered).request().postData() ?? '';
      // The same answer of the device once more, from the same browser: its challenge is used up.
      const again = await page.request.post('/account/passkey', {
        headers: { 'content-type': 'application/json', origin: new URL(page.url()).origin },
        data: body,
      });
      expect(again.status()).toBe(401);

      await page.getByRole('button', { name: 'Remove my phone' }).click();
      await page.getByRole('button', { name: 'Remove my phone' }).waitFor({ state: 'detached' });
      await signOut();
      await passkeySignIn();
      await page.getByRole('alert').filter({ hasText: 'not known here' }).waitFor();
      // Browsers note refusals by themselves.
      expect(complaints.filter((text) => !text.startsWith('Failed to load resource'))).toEqual([]);
      await devices.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
    TIMEOUT_MS,
  );

  it(
    'a device that does not check who holds it makes no passkey',
    async () => {
      const authenticatorId = await device(false);
      await byPassword();
      await page.getByLabel('Name of the device').fill('a stick');
      await page.getByRole('button', { name: 'Add a passkey' }).click();
      await page.getByRole('alert').waitFor();
      expect(await page.getByRole('button', { name: 'Remove a stick' }).count()).toBe(0);
      await devices.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId });
    },
    TIMEOUT_MS,
  );

  it(
    'a token is made, shown once, works for a program, and is revoked',
    async () => {
      await byPassword();
      await page.getByLabel('Name of the program').fill('my till');
      await page.getByLabel('Good for, in days').fill('400');
      await page.getByRole('button', { name: 'Make a token' }).click();
      await page.getByRole('alert').filter({ hasText: 'A number of days from 1 to 366.' }).waitFor();
      await page.getByLabel('Good for, in days').fill('30');
      await page.getByLabel('bidder').check();
      await page.getByRole('button', { name: 'Make a token' }).click();
      const shown = page.locator('code').filter({ hasText: /^gavel_/ });
      await shown.waitFor();
      const token = (await shown.textContent()) ?? '';
      expect((await house.http.get('/users/me/bids', token)).status).toBe(200);
      expect((await house.http.get('/users/me/bids', `${token.slice(0, -1)}_`)).status).toBe(401);
      await page.reload();
      await page.getByText(/my till: bidder; until/).waitFor();
      expect(
        await page
          .locator('code')
          .filter({ hasText: /^gavel_/ })
          .count(),
      ).toBe(0);
      expect(await violations(page)).toEqual([]);
      await page.getByRole('button', { name: 'Revoke my till' }).click();
      await page.getByRole('button', { name: 'Revoke my till' }).waitFor({ state: 'detached' });
      expect((await house.http.get('/users/me/bids', token)).status).toBe(401);
    },
    TIMEOUT_MS,
  );
});
