// A hunt that finds nothing proves nothing unless it would have found it.
import { describe, expect, it } from '@jest/globals';
import { SecretAmounts, SecretHunt, secretPerson } from './secret-hunt.js';

const amount = '7714051237';
const { word, email } = secretPerson(42);
const hunt = new SecretHunt(new Set([amount, word]));
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('a secret amount is found', () => {
  it.each([
    ['in minor units', `{"maximum":"${amount}"}`],
    ['as a number of JSON', `{"maximum":${amount}}`],
    ['right behind other digits', `0,1277${amount}`],
    ['as a decimal', 'at most 77140512.37 USD'],
    ['with thousands parted', '$77,140,512.37'],
    ['as people on the continent write it', '77.140.512,37 €'],
    ['as an exponent', '7.714051237e9'],
    ['as a hexadecimal number', BigInt(amount).toString(16)],
    ['in base64', `"next":"${base64(amount)}"`],
    ['in base64 behind one byte', base64(`x${amount}`)],
    ['in base64 behind two bytes', base64(`["${amount}"]`)],
    ['in base64 for addresses, behind a prefix', `own-${Buffer.from(`?>${amount}`).toString('base64url')}`],
    ['in base64 twice over', base64(base64(`{"a":${amount}}`))],
    ['in hexadecimal text', `\\x${Buffer.from(amount).toString('hex')}`],
  ])('%s', (_, text) => expect([...hunt.find(text)]).toEqual([amount]));
});

describe('a person is found', () => {
  it.each([
    ['by e-mail', email],
    ['in capitals', email.toUpperCase()],
    ['percent-encoded', `/x?e=${encodeURIComponent(email)}&z=%7A%7aquux0042`],
    ['escaped', '\\u007azquux0042'],
    ['in base64', base64(JSON.stringify({ email }))],
  ])('%s', (_, text) => expect([...hunt.find(text)]).toEqual([word]));
});

it('others are not', () => {
  for (const text of ['7714051238', '771405123', '77140512.38', secretPerson(43).email, base64('7714051236'), ''])
    expect([...hunt.find(text)]).toEqual([]);
});

it('amounts are apart from each other and from the prices that they make', () => {
  const amounts = new SecretAmounts();
  const made = Array.from({ length: 2_000 }, (_, i) => amounts.at(i % 99));
  expect(new Set(made.map((one) => one.slice(-4))).size).toBe(2_000);
  expect(new Set(made.map((one) => one.length))).toEqual(new Set([10]));
});
