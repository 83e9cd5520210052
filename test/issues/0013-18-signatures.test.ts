// Signatures joined their parts with a byte that a part may contain, so that two messages could have one signature; and dead letters
// kept the tokens of whoever had sent them.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TOPIC_KINDS } from '../../src/kafka/client/topics.js';
import { withoutTokens } from '../../src/kafka/client/without-tokens.js';
import { MessageSigner, type SigningPurpose, signedBytes } from '../../src/kafka/commands/message-signer.js';

const purpose = fc.constantFrom<SigningPurpose[]>('command', 'first', 'outcomes', 'fact', 'dead letter');
/** Short ones of few bytes: most pairs are near misses of each other. */
const bytes = fc
  .uint8Array({ maxLength: 4 })
  .map((some) => Buffer.from(some.map((one) => [0, 1, 0xff, 0xc3, 0xbf][one % 5] ?? 0)));
const text = fc.string({ unit: fc.constantFrom('a', '\u0000', '\u0001', 'ÿ', '\ud800'), maxLength: 3 });
const message = fc.tuple(purpose, fc.array(fc.oneof(bytes, text), { maxLength: 3 }));
const asBytes = ([of, parts]: [SigningPurpose, (string | Buffer)[]]) =>
  JSON.stringify([of, ...parts.map((part) => Buffer.from(part as string).toString('hex'))]);

describe('a signature', () => {
  it('is over bytes that no other message has', () => {
    fc.assert(
      fc.property(message, message, (a, b) => {
        const [first, second] = [a, b].map(([of, parts]) => Buffer.concat([...signedBytes(of, parts)]).toString('hex'));
        expect(first === second).toBe(asBytes(a) === asBytes(b));
      }),
      { numRuns: 20_000 },
    );
  });

  it('tells messages apart that were signed alike', () => {
    const signer = new MessageSigner(new Uint8Array(32));
    expect(signer.sign('first', '1', 'a\u00ffb')).not.toEqual(signer.sign('first', '1\u00ffa', 'b'));
    expect(signer.sign('first', '1', '')).not.toEqual(signer.sign('first', '1'));
  });
});

describe('what is kept of a message', () => {
  const token = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.c2ln`;
  const spaced = `${Buffer.from('{ "alg":"none"}').toString('base64url')}.${Buffer.from('{"sub":"x"}').toString('base64url')}.`;
  const escaped = [...token].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('');
  const kept = (value: string) => withoutTokens(Buffer.from(value)).toString();

  it.each([
    [
      'a message',
      `{"v":1,"token":"${token}","amount":12345678901234567890}`,
      '{"v":1,"token":"(removed)","amount":12345678901234567890}',
    ],
    ['a token that is none', '{"token" : "se\\"cret","a":1}', '{"token" : "(removed)","a":1}'],
    ['two tokens', `{"token":"${token}","token":"${spaced}"}`, '{"token":"(removed)","token":"(removed)"}'],
    ['a broken message', `{"token":"${token}`, '{"token":"(removed)'],
    ['a token elsewhere', `{"request":{"note":"Bearer ${token}"}}`, '{"request":{"note":"Bearer (removed)"}}'],
    ['a header', `Bearer ${token}`, 'Bearer (removed)'],
    ['a field written with escapes', `{"t\\u006fken":"secret"}`, '{"token":"(removed)"}'],
    ['a token written with escapes', `{"note":"${escaped}"}`, '{"note":"(removed)"}'],
  ])('holds no token: %s', (_, value, expected) => {
    expect(kept(value)).toBe(expected);
  });

  it('is otherwise what was sent, byte by byte', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (some) => {
        fc.pre(!Buffer.from(some).includes('\\u'));
        expect(withoutTokens(Buffer.from(some))).toEqual(Buffer.from(some));
      }),
    );
    const bid = '{"v":1,"request":{"type":"PlaceBid","amount":"1000","note":"see a.b.c and example.org"}}';
    expect(kept(bid)).toBe(bid);
  });

  it('takes no longer for a long word than for many short ones', () => {
    expect(kept('ey'.repeat(500_000))).toHaveLength(1_000_000);
    expect(kept('a.'.repeat(500_000))).toHaveLength(1_000_000);
    expect(kept(`"token":"${'\\x'.repeat(400_000)}`)).toBe('"token":"(removed)');
  });
});

it('the page about brokers names who may do what with each topic', () => {
  const page = readFileSync('docs/kafka-acls.md', 'utf8');
  for (const kind of TOPIC_KINDS) {
    expect(page).toMatch(new RegExp(`--add .*--operation Write .*--topic auction\\.${kind}\\b`));
    expect(page).toMatch(new RegExp(`--add .*--operation Read .*--topic auction\\.${kind}\\b`));
  }
});
