// One client is one client, however its address is spelt.
import { describe, expect, it } from '@jest/globals';
import { canonical, clientOf } from '../../src/api/http/client-address.js';

describe('an address', () => {
  it.each([
    ['198.51.100.4', '198.51.100.4'],
    ['198.51.100.4:51001', '198.51.100.4'],
    [' 198.51.100.4 ', '198.51.100.4'],
    ['"198.51.100.4:51001"', '198.51.100.4'],
    ['[198.51.100.4]', '198.51.100.4'],
    ['::ffff:198.51.100.4', '198.51.100.4'],
    ['::FFFF:c633:6404', '198.51.100.4'],
    ['[::ffff:198.51.100.4]:51001', '198.51.100.4'],
    ['0:0:0:0:0:ffff:198.51.100.4', '198.51.100.4'],
    ['0306.063.0144.4', '198.51.100.4'],
    ['0xc6336404', '198.51.100.4'],
    ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:DB8:1:2::1', '2001:db8:1:2::/64'],
    ['2001:0db8:0001:0002:ffff:ffff:ffff:ffff', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]', '2001:db8:1:2::/64'],
    ['[2001:db8:1:2::1]:443', '2001:db8:1:2::/64'],
    ['"[2001:db8:1:2::1]:443"', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
  ])('%s is %s', (text, known) => expect(canonical(text)).toBe(known));

  it.each([
    '',
    ' ',
    'unknown',
    '_hidden',
    '-',
    '1.2.3.4.5',
    '256.1.1.1',
    '1.2.3.4:',
    '1.2.3.4:x',
    '[]',
    '[::1',
    '1::2::3',
    'x'.repeat(9_000),
  ])('%s is none', (text) => expect(canonical(text)).toBeNull());
});

describe('the client behind a request', () => {
  const by = (proxies: number, forwarded?: string, remoteAddress: string | undefined = '10.0.0.9') =>
    clientOf(
      { headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded }, socket: { remoteAddress } },
      proxies,
    );

  it('is who connects, where no proxy of ours stands in front', () =>
    expect([by(0), by(0, '198.51.100.4')]).toEqual(['10.0.0.9', '10.0.0.9']));
  it('is who our proxy saw, not what was written before', () =>
    expect([by(1, '6.6.6.6, 198.51.100.4:7'), by(1, '198.51.100.4'), by(1)]).toEqual([
      '198.51.100.4',
      '198.51.100.4',
      '10.0.0.9',
    ]));
  it('is who the first of two proxies saw', () =>
    expect(by(2, '6.6.6.6, 198.51.100.4, 10.0.0.8')).toBe('198.51.100.4'));
  it('is the nearest proxy that passed on what is no address', () =>
    expect([by(1, 'garbage'), by(1, ''), by(2, 'garbage, 10.0.0.8'), by(2, 'x, y')]).toEqual([
      '10.0.0.9',
      '10.0.0.9',
      '10.0.0.8',
      '10.0.0.9',
    ]));
  it('is one unknown, when its socket is gone already', () => {
    expect(clientOf({ headers: {}, socket: {} }, 0)).toBe('unknown');
  });
});
