// Amounts and times as people read and type them, and that both languages fit the bid box.
import { describe, expect, it } from '@jest/globals';
import { OPERATIONS } from '../../src/domain/house/operation.events.js';
import { OWN_ACT_OF } from '../../src/projections/silver/audit.rows.js';
import { newCommandId } from '../../web/src/house/ids.js';
import { money, typed } from '../../web/src/money.js';
import { countdown } from '../../web/src/parts/countdown.js';
import { spanText } from '../../web/src/times.js';
import { de } from '../../web/src/words/de.js';
import { deskDe } from '../../web/src/words/desk.de.js';
import { deskEn } from '../../web/src/words/desk.en.js';
import type { BoxFacts, Say } from '../../web/src/words/en.js';
import { en } from '../../web/src/words/en.js';

describe('the audit log', () => {
  it.each([deskEn, deskDe])('has words for each act that may be in it, and no others', ({ audit }) => {
    const events = Object.entries(OWN_ACT_OF).flatMap(([type, whose]) =>
      whose === 'nobody' || type === 'OperationBegun' ? [] : [type],
    );
    expect(Object.keys(audit.acts).toSorted()).toEqual([...events, ...OPERATIONS].toSorted());
    expect(new Set(Object.values(audit.acts)).size).toBe(events.length + OPERATIONS.length);
  });
});

describe('amounts', () => {
  it.each([
    [125_000n, 'EUR', 'en', '€1,250'],
    [125_050n, 'EUR', 'en', '€1,250.50'],
    [125_050n, 'EUR', 'de', '1.250,50 €'],
    [1_250n, 'JPY', 'en', '¥1,250'],
    [9_007_199_254_740_993_00n, 'USD', 'en', '$9,007,199,254,740,993'],
  ])('%d %s in %s', (minor, currency, locale, text) => {
    expect(money(minor, currency, locale).replaceAll('\u00a0', ' ')).toBe(text);
  });

  it.each([
    ['1,250.50', 'en', 125_050n],
    ['1.250,50', 'de', 125_050n],
    ['1250', 'de', 125_000n],
    ['1 250', 'en', 125_000n],
    ['0.5', 'en', 50n],
    ['12.345', 'en', null],
    ['1e3', 'en', null],
    ['-5', 'en', null],
    ['', 'en', null],
    ['1.2.3', 'en', null],
  ] as const)('%s typed in %s', (text, locale, minor) => expect(typed(text, 'EUR', locale)).toBe(minor));

  it('no yen has parts', () => {
    expect([typed('100', 'JPY', 'en'), typed('100.5', 'JPY', 'en')]).toEqual([100n, null]);
  });
});

describe('spans of time', () => {
  it.each([
    [86_400_000, '1 d 0 h'],
    [86_399_000, '23 h 59 min'],
    [300_000, '5 min'],
    [299_000, '4:59'],
    [1, '0:01'],
    [0, '0:00'],
    [-5, '0:00'],
  ])('%d ms', (ms, text) => expect(spanText(ms)).toBe(text));
});

describe('the countdown', () => {
  const auction = { status: 'OPEN', opensAt: '', closesAt: new Date(100_000).toISOString(), closedAt: null };
  const at = () => '20:22:00';
  const said = (nowMs: number, isLive = true) => countdown(auction, { nowMs, isLive, at }, en.countdown);
  it.each([
    [39_999, { word: 'Closes in', figure: '1:01', isLate: false, left: 0 }],
    [40_000, { word: 'Last minute', figure: '1:00', isLate: true, left: 60 }],
    [99_999, { word: 'Last minute', figure: '0:01', isLate: true, left: 1 }],
    [100_000, { word: 'Closing', figure: '0:00', isLate: true, left: 0 }],
  ])('at %d', (nowMs, expected) => expect(said(nowMs)).toEqual(expected));
  it('has no seconds while the connection is lost', () => {
    expect(said(99_000, false)).toEqual({ word: 'Closes', figure: '20:22:00', isLate: false, left: 0 });
  });
});

describe('sentences of the bid box', () => {
  const say: Say = { money: () => '€12,500', time: () => '20:25:36' };
  const facts: BoxFacts = { maximum: 1n, price: 1n, next: 1n, opensAt: 0, closesAt: 0 };
  const of = ({ says }: typeof en.box) =>
    Object.entries(says).map(([kind, lines]) => [kind, lines(facts, say)] as const);
  it.each([...of(en.box), ...of(de.box)])('%s has its two lines, which fit', (_, [head, line]) => {
    expect(head.length).toBeLessThanOrEqual(32);
    expect(line.length).toBeLessThanOrEqual(42);
  });
});

it('command ids are UUIDs of version 7 with their time in them, whole or not', () => {
  for (const now of [1_700_000_000_000, 1_700_000_000_000.5]) {
    const id = newCommandId(now);
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(1_700_000_000_000);
  }
});
