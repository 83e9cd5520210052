import { describe, expect, it } from '@jest/globals';
import { amountIn, timeReader } from '../../../src/batch/ingest/values.js';

describe('amounts', () => {
  it.each([
    ['45900', 45_900_00n],
    ['45,900', 45_900_00n],
    ['1,250.50', 1_250_50n],
    ['1250.5', 1_250_50n],
    ['1250.500', 1_250_50n],
    ['12.', 12_00n],
    ['HK$ 1,250', 1_250_00n],
    ['USD 1,250', 1_250_00n],
    ['1,250 USD', 1_250_00n],
    ["1'250.00", 1_250_00n],
    ['1 250', 1_250_00n],
    ['0', 0n],
    ['999999999999999', 99_999_999_999_999_900n],
  ])('with a point: %s', (text, minor) => expect(amountIn(text, 'USD', 'point')).toBe(minor));
  it.each([
    ['1.250,50', 1_250_50n],
    ['1250,5 €', 1_250_50n],
    ['1 250', 1_250_00n],
  ])('with a comma: %s', (text, minor) => expect(amountIn(text, 'EUR', 'comma')).toBe(minor));
  it('of a currency without a fraction', () => expect(amountIn('1,250.00', 'JPY', 'point')).toBe(1_250n));
  it.each(['1.255', '1,25', '12,3456', '-5', '1e5', 'n/a', '', '.', '1.2.3', '1250,50', '9999999999999999', '12 34'])(
    'are none: "%s"',
    (text) => expect(amountIn(text, 'USD', 'point')).toEqual({ wrong: 'must be an amount of USD, as 1,250.50' }),
  );
  it.each(['0.5', '1.250,5'])('are none in yen: %s', (text) =>
    expect(amountIn(text, 'JPY', 'point')).toEqual({ wrong: 'must be an amount of JPY, as 1,250' }),
  );
});

describe('dates', () => {
  const read = (form: string, text: string, offset = '+00:00') => {
    const at = timeReader(form, offset)(text);
    return typeof at === 'number' ? new Date(at).toISOString() : at;
  };
  it.each([
    ['ISO', '2026-03-31', '2026-03-31T00:00:00.000Z'],
    ['ISO', '2026-03-31T19:30:00+08:00', '2026-03-31T11:30:00.000Z'],
    ['ISO', '2026-03-31 19:30', '2026-03-31T19:30:00.000Z'],
    ['ISO', '2026-03-31T19:30:00.250Z', '2026-03-31T19:30:00.000Z'],
    ['MM/DD/YYYY', '05/30/2017', '2017-05-30T00:00:00.000Z'],
    ['MM/DD/YYYY', '5/3/2017', '2017-05-03T00:00:00.000Z'],
    ['DD.MM.YYYY', '30.05.2017', '2017-05-30T00:00:00.000Z'],
    ['DD.MM.YYYY HH:mm', '30.05.2017 09:15', '2017-05-30T09:15:00.000Z'],
    ['DD MMM YYYY', '30 May 2017', '2017-05-30T00:00:00.000Z'],
    ['DD MMM YYYY', '1 September 2017', '2017-09-01T00:00:00.000Z'],
    ['YYYYMMDD', '20170530', '2017-05-30T00:00:00.000Z'],
    ['ISO', '2024-02-29', '2024-02-29T00:00:00.000Z'],
  ])('%s: %s', (form, text, at) => expect(read(form, text)).toBe(at));

  it('take the profile’s offset where there is a time without a zone, and for no day', () => {
    expect(read('ISO', '2026-03-31T07:00', '+08:00')).toBe('2026-03-30T23:00:00.000Z');
    expect(read('ISO', '2026-03-31T07:00Z', '+08:00')).toBe('2026-03-31T07:00:00.000Z');
    expect(read('ISO', '2026-03-31', '+08:00')).toBe('2026-03-31T00:00:00.000Z');
  });

  it.each([
    ['ISO', '2023-02-29'],
    ['ISO', '2026-13-01'],
    ['ISO', '2026-03-31T24:00'],
    ['ISO', '31.03.2026'],
    ['ISO', ''],
    ['MM/DD/YYYY', '30/05/2017'],
    ['DD MMM YYYY', '30 Foo 2017'],
  ])('are none: %s "%s"', (form, text) =>
    expect(read(form, text)).toEqual({ wrong: expect.stringMatching(/^must be a date as /) }),
  );
});
