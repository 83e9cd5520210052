import { describe, expect, it } from '@jest/globals';
import { instant, later } from '../../src/domain/time.js';
import { MailLinks } from '../../src/notify/mail/mail-links.js';
import { userNo } from '../projections/chronicle.js';

const now = instant(1_800_000_000_000);
const key = (n: number) => new Uint8Array(32).fill(n);
const links = new MailLinks(key(1), new URL('https://house.example/gavel'));
const confirm = { for: 'confirm', userId: userNo(1), dataVersion: 2, expiresAt: later(now, 1_000) } as const;
const tokenOf = (url: string) => new URL(url).searchParams.get('token') ?? '';

describe('a link in a mail', () => {
  it('leads to the house and says what it was made of', () => {
    const url = links.url(confirm);
    expect(url).toMatch(/^https:\/\/house\.example\/gavel\/mail\/confirm\?token=/);
    expect(links.read(tokenOf(url), 'confirm', now)).toEqual(confirm);
  });

  it('is good to its last millisecond', () => {
    const token = tokenOf(links.url(confirm));
    expect(links.read(token, 'confirm', later(now, 1_000))).toEqual(confirm);
    expect(links.read(token, 'confirm', later(now, 1_001))).toBeNull();
    const lasting = { ...confirm, for: 'unsubscribe', expiresAt: null } as const;
    expect(links.read(tokenOf(links.url(lasting)), 'unsubscribe', later(now, 10 * 365 * 86_400_000))).toEqual(lasting);
  });

  it('is good for nothing else, under no other key, and not with a letter changed', () => {
    const token = tokenOf(links.url(confirm));
    expect(links.read(token, 'unsubscribe', now)).toBeNull();
    expect(new MailLinks(key(2), new URL('https://house.example')).read(token, 'confirm', now)).toBeNull();
    for (let i = 0; i < token.length; i += 7) {
      const changed = `${token.slice(0, i)}${token[i] === 'A' ? 'B' : 'A'}${token.slice(i + 1)}`;
      expect(links.read(changed, 'confirm', now)).toBeNull();
    }
    for (const text of ['', '.', 'a.b', `${token}=`, 'x'.repeat(10_000)])
      expect(links.read(text, 'confirm', now)).toBeNull();
  });
});
