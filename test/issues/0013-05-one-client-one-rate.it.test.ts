// Behind a proxy that writes ports, a client may not escape its limits by a new port, nor by another address of its own /64.
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import WebSocket from 'ws';
import { settings, TestApi } from '../support/api.js';

const SPELLINGS = [
  ['198.51.100.4:51001', '198.51.100.4:51002', '::ffff:198.51.100.4', '[::ffff:198.51.100.4]:9'],
  ['2001:db8:1:2::1', '[2001:DB8:1:2::2]:443', '2001:db8:1:2:ffff::', '2001:0db8:0001:0002::9'],
];

let http: TestApi;
beforeAll(async () => {
  const limits = { ...settings.limits, perAddressPerMinute: 3 };
  const sockets = { ...settings.sockets, perAddressMax: 3 };
  http = await TestApi.start({ settings: { ...settings, proxies: 1, limits, sockets } });
});
afterAll(() => http.close());

const from = (address: string) => ({ 'x-forwarded-for': address });

describe.each(SPELLINGS)('%s, %s, %s and %s are one client', (...spellings) => {
  it('for requests', async () => {
    const statuses: number[] = [];
    for (const spelling of spellings)
      statuses.push((await http.send('GET', '/auctions', { headers: from(spelling) })).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });
});

it('for sockets, which count apart from requests only where requests are not limited', async () => {
  const own = await TestApi.start({
    settings: { ...settings, proxies: 1, sockets: { ...settings.sockets, perAddressMax: 2 } },
  });
  const open = async (address: string): Promise<WebSocket> => {
    const socket = new WebSocket(`${own.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      headers: from(address),
    });
    await once(socket, 'open');
    return socket;
  };
  const opened = [await open('198.51.100.4:1'), await open('198.51.100.4:2')];
  await expect(open('198.51.100.4:3')).rejects.toThrow('429');
  opened.push(await open('198.51.100.5:3'));
  for (const socket of opened) socket.terminate();
  await own.close();
});
