// Photos in real browsers, on a real house: a seller lists with one of twelve million pixels, and somebody else sees it.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { userId } from '../../src/domain/ids.js';
import { photosOf } from '../../src/house/photos.js';
import type { Undo } from '../../src/house/undoable.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { Browsers, violations } from '../support/browsers.js';
import { describeWithChromium } from '../support/requires.js';
import { scratchDirectory } from '../support/scratch.js';

type Image = Readonly<{ decode: () => Promise<void>; currentSrc: string; naturalWidth: number }>;
const SOURCE = async (image: unknown): Promise<string> => {
  await (image as Image).decode();
  return (image as Image).currentSrc;
};
const WIDTH = async (image: unknown): Promise<number> => {
  await (image as Image).decode();
  return (image as Image).naturalWidth;
};
const TIMEOUT_MS = 180_000;
const scratch = scratchDirectory('web-photos');
const annId = userId(runtime.uuid());
const undo: Undo[] = [];
let house: ApiHouse;

describeWithChromium('photos in a browser', (executablePath) => {
  let browsers: Browsers;
  beforeAll(async () => {
    house = await ApiHouse.open({
      settings: { ...settings, web: true },
      people: {
        names: ['ann'],
        signIn: async (name) => ({
          ...{ userId: annId, name, roles: ['bidder', 'seller'] },
          token: await tokenFor(annId, 'bidder', 'seller'),
        }),
      },
      photosWith: () => photosOf({ config: { lake: { kind: 'directory', path: scratch.path } }, runtime }, undo),
    });
    await house.http.post('/users', await tokenFor(annId, 'bidder'), { username: 'ann' });
    browsers = await Browsers.open(executablePath, house.http.url);
  }, TIMEOUT_MS);
  afterAll(async () => {
    await browsers?.close();
    for (const one of undo) await one();
    await house?.close();
    scratch.remove();
  });

  it(
    'a seller lists with a photo of twelve million pixels, a refused one is named, and another person sees and enlarges it',
    async () => {
      const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
      const camera = await sharp({ create: { width: 4_000, height: 3_000, channels: 3, background: '#808080', noise } })
        .jpeg()
        .toBuffer();
      const ann = await browsers.room('ann');
      await ann.page.goto('/sell');
      await ann.page.getByLabel('Name of the item').fill('A vase with a photo');
      await ann.page.getByLabel('Category').fill('Vases');
      await ann.page.getByLabel('Photos').setInputFiles([
        {
          name: 'drawing.svg',
          mimeType: 'image/jpeg',
          buffer: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>'),
        },
        { name: 'vase.jpg', mimeType: 'image/jpeg', buffer: camera },
      ]);
      await ann.page
        .getByRole('alert')
        .filter({ hasText: 'drawing.svg: a photo must be a JPEG, PNG, WebP or AVIF' })
        .waitFor();
      await ann.page.getByRole('button', { name: 'Remove photo 1' }).waitFor({ timeout: 60_000 });
      expect(await violations(ann.page)).toEqual([]);
      await ann.page.getByLabel('Starting price').fill('10');
      await ann.page.getByLabel('Open for, in hours').fill('24');
      await ann.page.getByRole('button', { name: 'List it' }).click();
      await ann.page.waitForURL(/\/lots\//);
      const path = new URL(ann.page.url()).pathname;
      await house.caughtUp();

      const { text: head } = await house.http.get(path);
      const [, photoId] = /og:image" content="http:\/\/[^/]+\/photos\/([0-9a-f-]{36})\/960\.jpg"/.exec(head) ?? [];
      expect(head).toContain(`"image":["${house.http.url}/photos/${photoId}/1600.jpg"]`);

      const bob = await browsers.room(null);
      await bob.page.goto('/');
      const card = bob.page.locator('.card').filter({ hasText: 'A vase with a photo' });
      const shown = card.locator('img');
      await shown.waitFor();
      // The browser takes the format that is smallest, in the size that its place needs.
      expect(await shown.evaluate(SOURCE)).toMatch(/\/photos\/[0-9a-f-]{36}\/480\.avif$/);
      await bob.page.goto(path);
      await bob.page.getByRole('button', { name: 'Enlarge photo 1' }).click();
      const large = bob.page.locator('dialog[open] img');
      await large.waitFor();
      expect(await large.evaluate(WIDTH)).toBeGreaterThan(480);
      expect(await violations(bob.page)).toEqual([]);
      await bob.page.keyboard.press('Escape');
      await expect(bob.page.locator('dialog[open]').count()).resolves.toBe(0);
      // The refusal of the drawing is a 422, which a browser notes by itself.
      expect(ann.complaints.filter((text) => !text.includes('422'))).toEqual([]);
      expect(bob.complaints).toEqual([]);
      await Promise.all([ann.leave(), bob.leave()]);
    },
    TIMEOUT_MS,
  );
});
