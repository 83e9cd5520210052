import { describe, expect, it } from '@jest/globals';
import { type GenerateTexts, readGenerateOptions } from '../../../src/cli/generate/generate.options.js';

const texts: GenerateTexts = {
  users: '1000',
  items: '5000',
  bids: '100000',
  profile: 'card',
  fraud: '5',
  rate: '90',
  via: 'http',
};
const read = (some: Partial<GenerateTexts> = {}) => readGenerateOptions({ ...texts, ...some }, () => 'fresh');

it('reads what the command line says', () => {
  expect(read()).toEqual({
    plan: { seed: 'fresh', users: 1_000, items: 5_000, bids: 100_000, profile: 'card', fraudPercent: 5 },
    rate: 90,
    durationMs: null,
    url: null,
    via: 'http',
  });
  expect(
    read({ seed: 's-1', duration: '90s', url: 'https://house.example', profile: 'observed', fraud: '0.5' }),
  ).toMatchObject({
    plan: { seed: 's-1', profile: 'observed', fraudPercent: 0.5 },
    durationMs: 90_000,
    url: new URL('https://house.example'),
  });
});

describe('limits', () => {
  it.each([
    [{ users: '20' }, { users: '19' }, '--users is "19"; it must be a whole number from 20 to 100000'],
    [{ users: '100000' }, { users: '100001' }, '--users is "100001"; it must be a whole number from 20 to 100000'],
    [{ items: '1' }, { items: '0' }, '--items is "0"; it must be a whole number from 1 to 200000'],
    [{ bids: '0' }, { bids: '-1' }, '--bids is "-1"; it must be a whole number from 0 to 2000000'],
    [{ bids: '2000000' }, { bids: '1e3' }, '--bids is "1e3"; it must be a whole number from 0 to 2000000'],
    [{ rate: '0.1' }, { rate: '0' }, '--rate is "0"; it must be a number from 0.1 to 100000'],
    [{ fraud: '50' }, { fraud: '51' }, '--fraud is "51"; it must be a number from 0 to 50'],
    [
      { duration: '10s' },
      { duration: '9s' },
      '--duration is "9s"; it must be a time from 10s to 60d, as 90s, 10m, 2h or 7d',
    ],
    [
      { duration: '60d' },
      { duration: '61d' },
      '--duration is "61d"; it must be a time from 10s to 60d, as 90s, 10m, 2h or 7d',
    ],
    [
      { duration: '2h' },
      { duration: 'soon' },
      '--duration is "soon"; it must be a time from 10s to 60d, as 90s, 10m, 2h or 7d',
    ],
    [{ via: 'kafka' }, { via: 'mail' }, '--via is "mail"; it must be one of http, kafka'],
    [{ profile: 'card' }, { profile: 'x' }, '--profile is "x"; it must be one of card, observed'],
    [
      { seed: 'a.b_c-1' },
      { seed: 'a b' },
      '--seed is "a b"; it must be 1 to 64 letters, digits, dots, dashes or underscores',
    ],
    [
      { url: 'http://h' },
      { url: 'ftp://h' },
      '--url is "ftp://h"; it must be the address of a house, as http://127.0.0.1:3000',
    ],
    [{ url: 'http://h' }, { url: 'h' }, '--url is "h"; it must be the address of a house, as http://127.0.0.1:3000'],
  ])('takes %j and refuses %j', (good, bad, sentence) => {
    expect(() => read(good)).not.toThrow();
    expect(() => read(bad)).toThrow(new Error(sentence));
  });
});
