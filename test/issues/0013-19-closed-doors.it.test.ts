// What production shows to anybody, and what caches may keep.
import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { userId } from '../../src/domain/ids.js';
import { runtime, settings, TestApi, tokenFor } from '../support/api.js';

const production = {
  GAVEL_ENV: 'production',
  GAVEL_JWT_SECRET: 'a secret that only tests know, of 32 bytes',
  GAVEL_JWT_ISSUER: 'https://id.house.example',
  GAVEL_JWT_AUDIENCE: 'gavel',
};
const openOf = (env: Record<string, string>) => loadConfig(env).api.open;

describe('/docs and /metrics', () => {
  it('are open in development, and in production by a setting only', () => {
    expect(openOf({})).toEqual({ docs: true, metrics: true });
    expect(openOf(production)).toEqual({ docs: false, metrics: false });
    expect(openOf({ ...production, GAVEL_HTTP_DOCS: 'on' })).toEqual({ docs: true, metrics: false });
    expect(openOf({ ...production, GAVEL_HTTP_METRICS: 'on' })).toEqual({ docs: false, metrics: true });
    expect(openOf({ GAVEL_HTTP_DOCS: 'off', GAVEL_HTTP_METRICS: 'off' })).toEqual({ docs: false, metrics: false });
  });

  const paths = ['/docs', '/docs/', '/docs/openapi.json', '/docs/swagger-ui-init.js', '/docs/index.html', '/metrics'];
  it.each([
    [true, 200],
    [false, 404],
  ])('open %s answer %d', async (open, status) => {
    const http = await TestApi.start({ settings: { ...settings, open: { docs: open, metrics: open } } });
    for (const path of paths) expect([path, (await http.get(path)).status]).toEqual([path, status]);
    expect((await http.get('/health/live')).status).toBe(200);
    await http.close();
  });
});

it('personal answers are for no cache, refusals included; public ones without a token say nothing of it', async () => {
  const http = await TestApi.start();
  const token = await tokenFor(userId(runtime.uuid()), 'bidder');
  const cacheOf = async (method: string, path: string, send: Parameters<TestApi['send']>[2] = {}) =>
    (await http.send(method, path, send)).headers.get('cache-control');
  const query = { query: '{ me { userId } }' };
  expect(await cacheOf('GET', '/users/me', { token })).toBe('no-store');
  expect(await cacheOf('GET', '/users/me/bids', { token })).toBe('no-store');
  expect(await cacheOf('GET', `/commands/${runtime.uuid()}`, { token })).toBe('no-store');
  expect(await cacheOf('GET', '/users/me')).toBe('no-store');
  expect(await cacheOf('GET', '/users/me', { token: 'a.b.c' })).toBe('no-store');
  expect(await cacheOf('GET', '/auctions', { token })).toBe('no-store');
  expect(await cacheOf('POST', '/graphql', { token, body: query })).toBe('no-store');
  expect(await cacheOf('POST', '/users', { token, body: '{' })).toBe('no-store');
  expect(await cacheOf('GET', '/auctions')).toBeNull();
  await http.close();
});
