// Photos on a whole house: what a seller's photo of twelve million pixels becomes, who may name it, and what is refused.
import { readdirSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { userId } from '../../../src/domain/ids.js';
import { photosOf } from '../../../src/house/photos.js';
import type { Undo } from '../../../src/house/undoable.js';
import { PIXELS_MAX } from '../../../src/photos/picture.js';
import { PHOTO_BYTES_MAX } from '../../../src/photos/sizes.js';
import { ApiHouse, runtime, settings, tokenFor } from '../../support/api.js';
import type { Reply } from '../../support/request.js';
import { scratchDirectory } from '../../support/scratch.js';

const sue = userId(runtime.uuid());
const eve = userId(runtime.uuid());
const scratch = scratchDirectory('photos');
const undo: Undo[] = [];
let house: ApiHouse;
let tokens: Readonly<{ sue: string; eve: string; olga: string; ann: string }>;
let camera: Buffer;
let sent: Reply;

const send = async (body: Buffer, token: string, type = 'image/jpeg'): Promise<Reply> => {
  const response = await fetch(`${house.http.url}/photos`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type },
    body: new Uint8Array(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: JSON.parse(text) };
};

beforeAll(async () => {
  house = await ApiHouse.open({
    settings: { ...settings, limits: { ...settings.limits, requestTimeoutMs: 60_000 } },
    photosWith: () => photosOf({ config: { lake: { kind: 'directory', path: scratch.path } }, runtime }, undo),
  });
  const [forSue, forEve] = [await tokenFor(sue, 'seller'), await tokenFor(eve, 'seller')];
  const olga = await tokenFor(userId(runtime.uuid()), 'operator');
  tokens = { sue: forSue, eve: forEve, olga, ann: await tokenFor(userId(runtime.uuid()), 'bidder') };
  for (const [token, username] of [
    [forSue, 'sue'],
    [forEve, 'eve'],
  ] as const)
    await house.http.post('/users', token, { username });
  camera = await photo(4_000, 3_000)
    .withExif({ IFD0: { Artist: 'sue the seller' }, IFD3: { GPSLatitudeRef: 'N' } })
    .jpeg()
    .toBuffer();
  const started = performance.now();
  sent = await send(camera, tokens.sue);
  process.stderr.write(
    `a photo of 12 million pixels, ${camera.length} bytes: ${Math.round(performance.now() - started)} ms\n`,
  );
}, 120_000);
afterAll(async () => {
  for (const one of undo) await one();
  await house.close();
  scratch.remove();
});

/** Noise in colours: what a camera sees is never plain. */
function photo(width: number, height: number) {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  return sharp({ create: { width, height, channels: 3, background: '#808080', noise } });
}

const file = (name: string) => fetch(`${house.http.url}/photos/${sent.body.photoId}/${name}`);

describe('a photo of twelve million pixels', () => {
  it('becomes three sizes in three formats, without a word of where it came from', async () => {
    expect(sent).toMatchObject({ status: 201, body: { width: 4_000, height: 3_000 } });
    expect(camera.includes('sue the seller')).toBe(true);
    for (const width of [480, 960, 1_600])
      for (const [ending, format] of [
        ['avif', 'heif'],
        ['webp', 'webp'],
        ['jpg', 'jpeg'],
      ] as const) {
        const response = await file(`${width}.${ending}`);
        const bytes = Buffer.from(await response.arrayBuffer());
        expect(response.status).toBe(200);
        expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
        expect(response.headers.get('x-content-type-options')).toBe('nosniff');
        const made = await sharp(bytes).metadata();
        expect([made.format, made.width, made.height]).toEqual([format, width, (width * 3) / 4]);
        expect([made.exif, made.xmp, made.iptc]).toEqual([undefined, undefined, undefined]);
        expect(bytes.includes('sue the seller')).toBe(false);
      }
  });

  it.each(['1601.jpg', '480.svg', '480.png', 'about.json', '..%2Fabout.json', '%2e%2e'])(
    'has no file %s',
    async (name) => {
      const { status } = await file(name);
      expect([400, 404]).toContain(status);
    },
  );
});

it('a photo that lies on its side stands up, and a small one is not made larger', async () => {
  const turned = await sharp(await photo(300, 200).png().toBuffer())
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
  const upright = await send(turned, tokens.sue);
  expect(upright.body).toMatchObject({ width: 200, height: 300 });
  const sizes = [480, 960, 1_600].map(async (size) => {
    const response = await fetch(`${house.http.url}/photos/${upright.body.photoId}/${size}.webp`);
    return (await sharp(Buffer.from(await response.arrayBuffer())).metadata()).width;
  });
  expect(await Promise.all(sizes)).toEqual([200, 200, 200]);
});

describe('a listing', () => {
  const list = (photos: readonly string[], token: string, over = {}) =>
    house.http.post('/auctions', token, {
      item: { title: 'A vase', category: 'Vases', photos },
      terms: { currency: 'EUR', startingPrice: '1000' },
      durationMs: 3_600_000,
      ...over,
    });

  it('names its photos for good, and its page is told them', async () => {
    const { photoId } = sent.body;
    const listed = await list([photoId], tokens.sue);
    expect(listed.status).toBe(201);
    await house.caughtUp();
    expect((await house.http.get(`/auctions/${listed.body.auctionId}`)).body.photos).toEqual([photoId]);
  });

  it('does not name photos of others, ones that are not there, one twice, or thirteen', async () => {
    const { photoId } = sent.body;
    expect(await list([photoId], tokens.eve)).toMatchObject({
      status: 400,
      text: expect.stringContaining('of your own'),
    });
    expect((await list([runtime.uuid()], tokens.sue)).status).toBe(400);
    expect((await list(['../about'], tokens.sue)).status).toBe(400);
    const refused = await list([photoId, photoId], tokens.sue);
    expect(refused).toMatchObject({ status: 422, body: { reason: 'InvalidTerms' } });
    expect((await list(Array(13).fill(photoId), tokens.sue)).text).toContain('at most 12');
  });
});

/** Sends up to so many bytes, no faster than they are taken, until it is answered and cut off. */
function sentSlowly(headers: Readonly<Record<string, number | string>>, bytesMax: number) {
  const { port, hostname } = new URL(house.http.url);
  const piece = Buffer.alloc(Math.min(bytesMax, 1_048_576));
  return new Promise<{ status: number; bytes: number }>((resolve) => {
    let [status, bytes] = [0, 0];
    const asked = httpRequest({
      port,
      hostname,
      method: 'POST',
      path: '/photos',
      headers: { authorization: `Bearer ${tokens.sue}`, 'content-type': 'image/jpeg', ...headers },
    });
    const more = (error?: Error | null): void => {
      if (error != null || bytes >= bytesMax || asked.destroyed) return;
      bytes += piece.length;
      asked.write(piece, more);
    };
    asked.on('response', (response) => {
      status = response.statusCode ?? 0;
      response.resume();
    });
    // The answer has come, or the connection is cut while this still writes.
    asked.on('error', () => undefined);
    asked.on('close', () => resolve({ status, bytes }));
    more();
  });
}

describe('refused in one sentence is', () => {
  const sentence = (reply: Reply) => [reply.status, reply.body.code, reply.body.message];

  it('what is no photo, whatever its header says', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const gif = await photo(10, 10).gif().toBuffer();
    const tiff = await photo(10, 10).tiff().toBuffer();
    for (const body of [
      svg,
      gif,
      tiff,
      Buffer.from('%PDF-1.7'),
      Buffer.from('PK\x03\x04'),
      Buffer.alloc(0),
      Buffer.alloc(20),
    ])
      for (const type of ['image/jpeg', 'image/svg+xml'])
        expect(sentence(await send(body, tokens.sue, type))).toEqual([
          422,
          'PhotoRefused',
          'a photo must be a JPEG, PNG, WebP or AVIF',
        ]);
  });

  it('a flood of pixels in few bytes', async () => {
    const side = Math.ceil(Math.sqrt(PIXELS_MAX)) + 1;
    const create = { width: side, height: side, channels: 3, background: '#000000' } as const;
    const flood = await sharp({ create, limitInputPixels: false }).png({ compressionLevel: 9 }).toBuffer();
    expect(flood.length).toBeLessThan(1_000_000);
    expect(sentence(await send(flood, tokens.sue))).toEqual([
      422,
      'PhotoRefused',
      'a photo must have at most 50 million pixels',
    ]);
    // Its head alone says so: nothing of it has to be there.
    const lie = Buffer.from(flood.subarray(0, 100));
    lie.writeUInt32BE(0x7fffffff, 16);
    expect((await send(lie, tokens.sue)).status).toBe(422);
  });

  it('a photo that breaks off', async () => {
    expect(sentence(await send(camera.subarray(0, camera.length / 2), tokens.sue))).toEqual([
      422,
      'PhotoRefused',
      'this photo is broken: it cannot be decoded',
    ]);
  });

  it('a body of a gigabyte, before it is read if it says so, else soon after it is too much', async () => {
    expect(await sentSlowly({ 'content-length': 2 ** 30 }, 1_024)).toMatchObject({ status: 413 });
    const endless = await sentSlowly({ 'transfer-encoding': 'chunked' }, 2 ** 30);
    // Whoever still writes when the connection is cut may not get to read the answer.
    expect([413, 0]).toContain(endless.status);
    process.stderr.write(`a body of a gigabyte was cut after ${Math.round(endless.bytes / 1_048_576)} MiB\n`);
    // What the sockets hold on the way comes on top of what the house takes.
    expect(endless.bytes).toBeLessThan(4 * PHOTO_BYTES_MAX);
  });

  it('anybody who does not sell here', async () => {
    const small = await photo(10, 10).jpeg().toBuffer();
    expect((await send(small, tokens.ann)).status).toBe(403);
    expect((await send(small, 'no token')).status).toBe(401);
    expect((await send(small, tokens.olga)).status).toBe(201);
    expect((await send(Buffer.from('{}'), tokens.sue, 'application/json')).status).toBe(415);
  });
});

describe('what is a photo and something else', () => {
  const inside = (hidden: string) =>
    photo(40, 40)
      .withExif({ IFD0: { ImageDescription: hidden } })
      .jpeg()
      .toBuffer();

  it.each([
    ['a page', '<script>alert(document.cookie)</script>'],
    ['a drawing', '<svg version="1.1" xmlns="http://www.w3.org/2000/svg">'],
    ['a program', '<?php system($_GET[0]);'],
    ['a PDF', '%PDF-1.7\n'],
    ['an archive', `PK\x03\x04 a file PK\x05\x06${'\0'.repeat(18)}`],
  ])('is refused: %s, inside or behind it', async (_what, hidden) => {
    const plain = await inside('a vase');
    const behind = Buffer.concat([plain, Buffer.from(hidden, 'latin1')]);
    for (const body of hidden.includes('\0') ? [behind] : [behind, await inside(hidden)])
      expect(await send(body, tokens.sue)).toMatchObject({
        status: 422,
        body: { code: 'PhotoRefused', message: 'this file is a photo and something else as well; send a photo alone' },
      });
  });

  it('is taken where a phone has written more behind it, of which nothing is kept', async () => {
    const second = await photo(20, 20).jpeg().toBuffer();
    const film = Buffer.from('\0\0\0\x18ftypmp42 a film of sue');
    const { status, body } = await send(Buffer.concat([await inside('a vase'), second, film]), tokens.sue);
    expect([status, body.width]).toEqual([201, 40]);
    for (const ending of ['avif', 'webp', 'jpg']) {
      const response = await fetch(`${house.http.url}/photos/${body.photoId}/480.${ending}`);
      const bytes = Buffer.from(await response.arrayBuffer());
      expect(bytes.includes('a film of sue') || bytes.includes('a vase')).toBe(false);
    }
  });
});

it('photos go with the person who sent them, and nobody else loses one', async () => {
  const small = await photo(30, 30).jpeg().toBuffer();
  const ofEve = [await send(small, tokens.eve), await send(small, tokens.eve)];
  const ofSue = await send(small, tokens.sue);
  const shown = async ({ body }: Reply) => (await fetch(`${house.http.url}/photos/${body.photoId}/480.webp`)).status;
  expect(await Promise.all([...ofEve, ofSue].map(shown))).toEqual([200, 200, 200]);
  expect((await house.http.post(`/users/${eve}/erasure`, tokens.eve, {})).status).toBe(200);
  expect(await Promise.all([...ofEve, ofSue].map(shown))).toEqual([404, 404, 200]);
  const left = readdirSync(scratch.path, { recursive: true }).map(String);
  for (const { body } of ofEve)
    expect(left.filter((path) => path.includes(body.photoId) && /\w\.\w+$/.test(path))).toEqual([]);
  expect(left.some((path) => path.includes(ofSue.body.photoId))).toBe(true);
});
