// Browsers' pages from other origins: none, or those that are named.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ConfigInvalid, loadConfig } from '../../src/config.js';
import { settings, TestApi } from '../support/api.js';

const [ours, other] = ['https://house.example', 'https://evil.example'];

describe('GAVEL_HTTP_ORIGINS', () => {
  const origins = (value?: string) => loadConfig(value === undefined ? {} : { GAVEL_HTTP_ORIGINS: value }).api.origins;

  it('is none by default', () => expect([origins(), origins('none')]).toEqual([[], []]));
  it('is one or several', () => {
    expect(origins(ours)).toEqual([ours]);
    expect(origins(`${ours},http://localhost:5173`)).toEqual([ours, 'http://localhost:5173']);
  });
  it.each([
    '*',
    'null',
    'house.example',
    `${ours}/`,
    `${ours}:443`,
    'https://HOUSE.example',
    'ftp://a.b',
    `${ours}, ${other}`,
    ''.padEnd(1, ','),
  ])('%s is refused', (value) => expect(() => origins(value)).toThrow(ConfigInvalid));
});

describe('with one origin named', () => {
  let http: TestApi;
  beforeAll(async () => {
    const limits = { ...settings.limits, perAddressPerMinute: 12 };
    http = await TestApi.start({ settings: { ...settings, limits, origins: [ours] } });
  });
  afterAll(() => http.close());
  const preflight = (origin: string, path: string) =>
    http.send('OPTIONS', path, {
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,idempotency-key',
      },
    });

  it.each(['/auctions', '/graphql', '/users/me'])('its pages may use %s', async (path) => {
    const { status, headers } = await preflight(ours, path);
    expect(status).toBe(200);
    expect(headers.get('access-control-allow-origin')).toBe(ours);
    expect(headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST');
    expect(headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect(headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('its pages read answers and refusals, and others read neither', async () => {
    const [answer, refusal] = [
      await http.send('GET', '/auctions', { headers: { origin: ours } }),
      await http.send('GET', '/users/me', { headers: { origin: ours } }),
    ];
    expect([answer.status, refusal.status]).toEqual([200, 401]);
    for (const { headers } of [answer, refusal]) {
      expect(headers.get('access-control-allow-origin')).toBe(ours);
      expect(headers.get('access-control-expose-headers')).toContain('retry-after');
      expect(headers.get('vary')).toMatch(/origin/i);
    }
    const { headers } = await http.send('GET', '/auctions', { headers: { origin: other } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });

  it('preflights of other pages are answered as before', async () => {
    const reply = await preflight(other, '/auctions');
    expect([reply.status, reply.body.code]).toEqual([405, 'MethodNotAllowed']);
    expect(reply.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('preflights count as requests, and their pages can read that there were too many', async () => {
    let reply = await preflight(ours, '/auctions');
    for (let i = 0; i < 12; i++) reply = await preflight(ours, '/auctions');
    expect([reply.status, reply.body.code]).toEqual([429, 'TooManyRequests']);
    expect(reply.headers.get('access-control-allow-origin')).toBe(ours);
  });
});
