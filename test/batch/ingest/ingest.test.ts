// A file through the real bus, engine and rules, on a memory journal.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type IngestFile, ingest } from '../../../src/batch/ingest/ingest.js';
import { type Profile, readProfile } from '../../../src/batch/ingest/profile.js';
import { Quarantine } from '../../../src/batch/ingest/quarantine.js';
import type { Outcome } from '../../../src/bus/command-bus.js';
import { HALL_BIDS_MAX } from '../../../src/domain/sale/hall-result.commands.js';
import type { HallBidRecorded, HallResultRecorded } from '../../../src/domain/sale/hall-result.events.js';
import { later } from '../../../src/domain/time.js';
import { bigintAsText } from '../../../src/runtime/bigint-text.js';
import { ann, MemoryHouse, sue } from '../../support/memory-house.js';
import { describeWithTestData } from '../../support/requires.js';
import { type Scratch, scratchDirectory } from '../../support/scratch.js';

const profileFile = (name: string): Profile => {
  const path = join('config', 'ingest', `${name}.json`);
  return readProfile(readFileSync(path, 'utf8'), path);
};
const profile = profileFile('default');

const HEADER =
  'sale,lot_number,title,description,category,currency,low_estimate,high_estimate,reserve_price,status,hammer_price,paddle,buyer_id,seller_id,held_at';
const SOLD = `Spring,1,A clock,,Clocks,USD,100,150,90,sold,120.50,A-17,${ann},${sue},2025-12-01`;
const PASSED = 'Spring,2,A vase,,Glass,USD,,,,unsold,,,,,2025-12-01';
const WITHDRAWN = 'Spring,422A,"A ""big"" chair, red",Old,Chairs,USD,100,150,,withdrawn,,,,,2025-12-01T19:30:00+08:00';

let house: MemoryHouse;
let scratch: Scratch;

beforeEach(async () => {
  house = await MemoryHouse.open();
  await house.register(ann, sue);
  scratch = scratchDirectory('ingest');
});
afterEach(async () => {
  await house.close();
  scratch.remove();
});

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

type Changed = Partial<Pick<IngestFile, 'name' | 'format' | 'profile' | 'corrects'>>;

async function take(text: string, changed: Changed = {}, submit = house.bus.submit.bind(house.bus)) {
  const path = join(scratch.path, 'q', 'bad.csv');
  const file = { name: 'spring.csv', format: 'csv', profile, corrects: false, ...changed } as const;
  const { summary, quarantine } = await ingest(
    {
      ...file,
      bytes: bytesOf(text),
      quarantine: (columns) => new Quarantine(path, columns, file.profile.delimiter),
    },
    {
      submit,
      knownUsers: async (ids) => new Set(ids.filter((id) => id === ann || id === sue)),
      runtime: { sleep: async () => undefined },
      progress: () => undefined,
    },
  );
  return { summary, bad: quarantine === null ? null : readFileSync(quarantine, 'utf8') };
}

const csv = (...rows: readonly string[]): string => `${[HEADER, ...rows].join('\n')}\n`;
async function bids(limit = 10_000): Promise<readonly HallBidRecorded[]> {
  const all = await house.journal.readAll(null, limit);
  return all.flatMap((entry) =>
    entry.kind === 'event' && entry.event.type === 'HallBidRecorded' ? [entry.event] : [],
  );
}

const NOTHING = { rows: 0, accepted: 0, sold: 0, passed: 0, withdrawn: 0, quarantined: 0, unchanged: 0 };

async function results(): Promise<readonly HallResultRecorded[]> {
  const all = await house.journal.readAll(null, 10_000);
  return all.flatMap((entry) =>
    entry.kind === 'event' && entry.event.type === 'HallResultRecorded' ? [entry.event] : [],
  );
}

describe('a file in the default format', () => {
  it('is recorded as it says', async () => {
    const { summary, bad } = await take(csv(SOLD, PASSED, WITHDRAWN));
    expect(summary).toEqual({ ...NOTHING, rows: 3, accepted: 3, sold: 1, passed: 1, withdrawn: 1 });
    expect(bad).toBeNull();
    const all = await results();
    expect(all.find(({ lotNumber }) => lotNumber === '1')).toEqual({
      type: 'HallResultRecorded',
      sale: 'Spring',
      lotNumber: '1',
      item: { title: 'A clock', description: '', category: 'Clocks' },
      venue: 'hall',
      currency: 'USD',
      lowEstimate: 100_00n,
      highEstimate: 150_00n,
      startingPrice: null,
      reservePrice: 90_00n,
      outcome: 'sold',
      price: 120_50n,
      priceKind: 'hammer',
      buyerId: ann,
      buyerKey: null,
      paddle: 'A-17',
      sellerId: sue,
      heldAt: Date.UTC(2025, 11, 1),
      corrects: false,
      source: { file: 'spring.csv', line: 2 },
    });
    expect(all.find(({ lotNumber }) => lotNumber === '422A')).toMatchObject({
      outcome: 'withdrawn',
      price: null,
      priceKind: null,
      item: { title: 'A "big" chair, red' },
      heldAt: Date.UTC(2025, 11, 1, 11, 30),
      source: { line: 4 },
    });
  });

  it('changes nothing the second time: renamed, with rows above, or as JSON', async () => {
    await take(csv(SOLD, PASSED));
    const before = await house.journal.head();
    const again = { ...NOTHING, rows: 2, sold: 1, passed: 1, unchanged: 2 };
    expect((await take(csv(SOLD, PASSED))).summary).toEqual(again);
    expect((await take(csv(PASSED, '', SOLD), { name: 'renamed.csv' })).summary).toEqual(again);
    const cells = [SOLD, PASSED].map((row) => row.split(','));
    const objects = cells.map((row) => Object.fromEntries(HEADER.split(',').map((name, i) => [name, row[i] ?? ''])));
    const lines = objects.map((one) => JSON.stringify(one)).join('\n');
    expect((await take(lines, { format: 'json' })).summary).toEqual(again);
    expect(await house.journal.head()).toEqual(before);
  });

  it('changes nothing the second time after a restart, and much later', async () => {
    await take(csv(SOLD, PASSED));
    await house.close();
    house.runtime.advanceTo(later(house.runtime.now(), 86_400_000 * 30));
    house = await MemoryHouse.open({ runtime: house.runtime, journal: house.journal });
    expect((await take(csv(SOLD, PASSED))).summary).toMatchObject({ accepted: 0, unchanged: 2 });
  });

  it('counts a row that it has twice as unchanged', async () =>
    expect((await take(csv(SOLD, SOLD))).summary).toEqual({ ...NOTHING, rows: 2, accepted: 1, sold: 2, unchanged: 1 }));

  it('puts bad rows into quarantine, with line, column and what would be right', async () => {
    const [dear, late, stranger] = [
      SOLD.replace('120.50', '12o').replace('Spring,1', 'Spring,3'),
      SOLD.replace('2025-12-01', '01.12.2025').replace('Spring,1', 'Spring,4'),
      SOLD.replace(ann, '0190ffff-0000-7000-8000-000000000000').replace('Spring,1', 'Spring,5'),
    ];
    const kept = SOLD.replace('sold', 'on hold').replace('Spring,1', 'Spring,6');
    const { summary, bad } = await take(csv(SOLD, dear, late, stranger, kept, 'x,y'));
    expect(summary).toEqual({ ...NOTHING, rows: 6, accepted: 1, sold: 1, quarantined: 5 });
    expect(bad?.split('\n')).toEqual([
      `\ufeffquarantine_line,quarantine_column,quarantine_reason,${HEADER}`,
      `3,hammer_price,"must be an amount of USD, as 1,250.50",${dear}`,
      `4,held_at,must be a date as 2026-03-31 or 2026-03-31T19:30:00+08:00,${late}`,
      `5,buyer_id,must be an account of this house,${stranger}`,
      `6,status,fits none of the outcomes that the profile knows,${kept}`,
      '7,,"must have 15 values, as the header has, and has 2",x,y',
      '',
    ]);
  });

  it('puts what the rules refuse into quarantine, and takes it in once it is corrected', async () => {
    const wrong = PASSED.replace('unsold,', 'unsold,5');
    const { summary, bad } = await take(csv(SOLD, wrong));
    expect(summary).toEqual({ ...NOTHING, rows: 2, accepted: 1, sold: 1, quarantined: 1 });
    expect(bad).toContain('3,hammer_price,price must be empty: the lot was passed,Spring,2');
    const corrected = (bad ?? '').replace('unsold,5', 'unsold,');
    expect((await take(corrected, { name: 'corrected.csv' })).summary).toEqual({
      ...NOTHING,
      rows: 1,
      accepted: 1,
      passed: 1,
    });
  });

  it('does not take another result of a lot, but as a correction', async () => {
    await take(csv(SOLD));
    const cheaper = SOLD.replace('120.50', '119');
    const refused = await take(csv(cheaper));
    expect(refused.summary).toEqual({ ...NOTHING, rows: 1, quarantined: 1 });
    expect(refused.bad).toContain('another result of this lot is on record; --correct puts this one in its place');
    expect((await take(csv(cheaper), { corrects: true })).summary).toMatchObject({ accepted: 1, quarantined: 0 });
    expect((await take(csv(cheaper), { corrects: true })).summary).toMatchObject({ unchanged: 1 });
    expect((await results()).map(({ price, corrects }) => [price, corrects])).toEqual([
      [120_50n, false],
      [119_00n, true],
    ]);
  });

  it('goes on where the house was busy, and stops where it fails', async () => {
    let calls = 0;
    const busy = async (envelope: Parameters<typeof house.bus.submit>[0]): Promise<Outcome> => {
      calls += 1;
      return calls < 3 ? { status: 'busy', retryAfterMs: 0 } : house.bus.submit(envelope);
    };
    expect((await take(csv(SOLD), {}, busy)).summary).toMatchObject({ accepted: 1 });
    const broken = async (): Promise<Outcome> => ({ status: 'fault', code: 'X', message: 'damaged', retryable: false });
    await expect(take(csv(PASSED), {}, broken)).rejects.toThrow(/^spring.csv, line 2: .*damaged/);
  });
});

describe('commission bids in the default format', () => {
  const header = `${HEADER},commission_bids`;
  const file = (...cells: readonly string[]): string =>
    [header, ...cells.map((cell, i) => `${PASSED.replace('Spring,2', `Spring,${i + 2}`)},"${cell}"`), ''].join('\n');

  it('are recorded with the lot, of paddles and of accounts', async () => {
    expect((await take(file(`A-20: 1,250.50; ${ann}: 900`, ''))).summary).toMatchObject({ accepted: 2, passed: 2 });
    const left = { bidType: 'commission', bidderKey: null, price: null, currency: 'USD', placedAt: null };
    expect(await bids()).toEqual([
      { type: 'HallBidRecorded', bidNumber: 1, ...left, bidderId: null, paddle: 'A-20', maximum: 1_250_50n },
      { type: 'HallBidRecorded', bidNumber: 2, ...left, bidderId: ann, paddle: null, maximum: 900_00n },
    ]);
    expect((await take(file(`A-20: 1,250.50; ${ann}: 900`, ''))).summary).toMatchObject({ accepted: 0, unchanged: 2 });
  });

  it('that are wrong put the row into quarantine', async () => {
    const stranger = '0190ffff-0000-7000-8000-000000000000';
    const { summary, bad } = await take(file('A-20 1250', 'A-20: much', 'Smith: 5', `${stranger}: 5`));
    expect(summary).toEqual({ ...NOTHING, rows: 4, quarantined: 4 });
    const found = (bad ?? '').split('\n').slice(1, -1);
    for (const [i, reason] of [
      '2,commission_bids,"must be paddles or accounts with their maxima, as A-17: 1200; A-20: 950"',
      '3,commission_bids,"must be an amount of USD, as 1,250.50"',
      '4,commission_bids,"commissionBids of bid 1 has a paddle that must be 1 to 12 letters, digits and hyphens, one digit at least; no name"',
      '5,commission_bids,must be an account of this house',
    ].entries())
      expect(found[i]).toContain(reason);
    expect(await house.journal.readAll(null, 100)).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ eventType: 'HallBidRecorded' })]),
    );
  });
});

describe('past online auctions, a row for each bid', () => {
  const past = profileFile('past-auctions');
  const COLUMNS =
    'auction_id,title,category,currency,starting_price,status,hammer_price,buyer,closed_at,bidder,bid_amount,maximum,bid_at';
  const ONE = '1,A watch,Watches,USD,99.00,sold,177.50,b1,2003-05-02T10:00:00Z';
  const TWO = '2,A box,Boxes,USD,1.00,passed,,,2003-05-03T10:00:00Z';
  const file = (...rows: readonly string[]): string => `${[COLUMNS, ...rows].join('\n')}\n`;
  const taken = (text: string, changed: Changed = {}) => take(text, { profile: past, name: 'past.csv', ...changed });
  const GOOD = [`${ONE},b2,100,,2003-05-01T10:00:00Z`, `${ONE},b1,177.50,,2003-05-01T11:00:00Z`, `${TWO},,,,`];

  it('are a fact each, with the bids behind it and bidders that have no names', async () => {
    expect((await taken(file(...GOOD))).summary).toEqual({ ...NOTHING, rows: 3, accepted: 3, sold: 1, passed: 1 });
    const [watch, box] = await results();
    expect(watch).toMatchObject({
      ...{ venue: 'online', lotNumber: '1', startingPrice: 99_00n, price: 177_50n, priceKind: 'hammer', paddle: null },
      source: { file: 'past.csv', line: 2 },
    });
    expect(box).toMatchObject({ venue: 'online', outcome: 'passed', source: { file: 'past.csv', line: 4 } });
    const all = await bids();
    expect(all.map(({ bidNumber, price, placedAt }) => [bidNumber, price, placedAt])).toEqual([
      [1, 100_00n, Date.UTC(2003, 4, 1, 10)],
      [2, 177_50n, Date.UTC(2003, 4, 1, 11)],
    ]);
    expect(all[1]?.bidderKey).toBe(watch?.buyerKey);
    expect(all[0]?.bidderKey).not.toBe(watch?.buyerKey);
    expect(JSON.stringify(await house.journal.readAll(null, 100), bigintAsText)).not.toMatch(/"b[12]"/);
  });

  it('change nothing the second time, and take the place of others only as a correction', async () => {
    await taken(file(...GOOD));
    const head = await house.journal.head();
    expect((await taken(file('', ...GOOD), { name: 'again.csv' })).summary).toMatchObject({
      accepted: 0,
      unchanged: 3,
    });
    expect(await house.journal.head()).toEqual(head);
    const dearer = GOOD.map((row) => row.replace(',100,', ',101,'));
    expect((await taken(file(...dearer))).summary).toMatchObject({ unchanged: 1, quarantined: 2 });
    expect((await taken(file(...dearer), { corrects: true })).summary).toMatchObject({ accepted: 3, quarantined: 0 });
    expect((await bids()).map(({ price }) => price)).toEqual([100_00n, 177_50n, 101_00n, 177_50n]);
  });

  it('go to quarantine whole, each row with its reason, and are taken in once they are corrected', async () => {
    const rows = [
      `${ONE},b2,1o0,,2003-05-01T10:00:00Z`,
      `${ONE},b1,177.50,,01.05.2003`,
      `${ONE},b1,177.50,,2003-05-01T11:00:00Z`,
      `${TWO},,,,`,
      '3,A lamp,Lamps,USD,1.00,passed,,,2003-05-03T10:00:00Z,b3,5,,',
      '3,A lamp,Lamps,USD,2.00,passed,,,2003-05-03T10:00:00Z,b4,6,,',
      `${TWO.replace('2,A', '4,A')},b3,,,`,
      `${ONE},b9,200,,2003-05-01T12:00:00Z`,
    ];
    const { summary, bad } = await taken(file(...rows));
    expect(summary).toEqual({ ...NOTHING, rows: 8, accepted: 1, passed: 1, quarantined: 7 });
    expect((bad ?? '').split('\n').slice(1, -1)).toEqual([
      `2,bid_amount,"must be an amount of USD, as 1,250.50",${rows[0]}`,
      `3,bid_at,must be a date as 2026-03-31 or 2026-03-31T19:30:00+08:00,${rows[1]}`,
      `4,,"is of the same auction as line 2, which cannot be taken in",${rows[2]}`,
      `6,,"is of the same auction as line 7, which cannot be taken in",${rows[4]}`,
      `7,,must say of the auction what line 6 says,${rows[5]}`,
      `8,bid_amount,must have the amount of the bid,${rows[6]}`,
      `9,,must stand together with the bids of the same auction from line 2 on,${rows[7]}`,
    ]);
    const corrected = (bad ?? '').replace('1o0', '100').replace('01.05.2003', '2003-05-01T10:30:00Z').split('\n');
    const again = [...corrected.slice(0, 4), ''].join('\n');
    expect((await taken(again, { name: 'corrected.csv' })).summary).toMatchObject({ rows: 3, accepted: 3, sold: 1 });
  });

  it('have at most so many bids', async () => {
    const rows = (n: number) => Array.from({ length: n }, () => `${ONE},b2,100,,`);
    expect((await taken(file(...rows(HALL_BIDS_MAX)))).summary).toMatchObject({ accepted: HALL_BIDS_MAX, sold: 1 });
    for (const n of [1, 2]) {
      const many = rows(HALL_BIDS_MAX + n).map((row) => row.replace('1,A', `${n + 8},A`));
      expect((await taken(file(...many))).summary).toMatchObject({ accepted: 0, quarantined: HALL_BIDS_MAX + n });
    }
  });

  describeWithTestData('recorded at eBay', 'ebay', (folder) =>
    it('are taken in with their maxima', async () => {
      const [, ...rows] = readFileSync(join(folder, 'bids.csv'), 'utf8').trim().split('\n');
      const [, ...known] = readFileSync(join(folder, 'expected.csv'), 'utf8').trim().split('\n');
      const prices = new Map(known.map((row) => row.split(',').slice(0, 2) as [string, string]));
      const minor = { ...past, amounts: 'minor' } as const;
      const told = rows.map((row) => {
        const [id, bidder, maximum, days, , opening, item] = row.split(',');
        const at = new Date(Date.UTC(2003, 0, 1) + Number(days) * 86_400_000).toISOString().replace(/\.\d+/, '');
        return [
          id,
          item,
          item,
          'USD',
          opening,
          'sold',
          prices.get(id ?? ''),
          '',
          '2003-01-31',
          bidder,
          '',
          maximum,
          at,
        ];
      });
      // An auction's opening price is that of its first row.
      const openings = new Map<string | undefined, string | undefined>();
      for (const row of told) {
        if (!openings.has(row[0])) openings.set(row[0], row[4]);
        row[4] = openings.get(row[0]);
      }
      const text = file(...told.map((row) => row.join(',')));
      const { summary, bad } = await taken(text, { profile: minor });
      expect(bad).toBeNull();
      expect(summary).toEqual({ ...NOTHING, rows: 5_564, accepted: 5_564, sold: 325 });
      expect((await taken(text, { profile: minor })).summary).toMatchObject({
        accepted: 0,
        unchanged: 5_564,
        sold: 325,
      });
      const all = await bids(20_000);
      expect(all).toHaveLength(5_564);
      expect(new Set(all.map(({ bidderKey }) => bidderKey)).size).toBe(
        new Set(rows.map((row) => row.split(',')[1])).size,
      );
    }),
  );

  describeWithTestData('of a sale with a soft close', 'softclose', (folder) =>
    it('are taken in as they were published', async () => {
      const own = readProfile(
        JSON.stringify({
          ...{ name: 'softclose', venue: 'online', amounts: 'minor', currency: 'USD', priceKind: 'hammer' },
          outcomes: [{ outcome: 'sold' }],
          fields: {
            sale: { value: 'estate sale' },
            lotNumber: 'lot_id',
            title: { columns: ['lot_id'], labelled: true },
            category: { value: 'Estate' },
            price: { bids: 'highest' },
            heldAt: { bids: 'last' },
          },
          bids: { amount: 'amount_cents', placedAt: 'at' },
          unique: ['sale', 'lotNumber'],
        }),
        'softclose.json',
      );
      const text = readFileSync(join(folder, 'bids.csv'), 'utf8');
      const rows = text
        .trim()
        .split('\n')
        .slice(1)
        .map((row) => row.split(','));
      const { summary, bad } = await take(text, { profile: own });
      expect(bad).toBeNull();
      const sold = new Set(rows.map(([lot]) => lot)).size;
      expect(summary).toEqual({ ...NOTHING, rows: rows.length, accepted: rows.length, sold });
      for (const { lotNumber, price, heldAt } of await results()) {
        const own = rows.filter(([lot]) => lot === lotNumber);
        expect(Number(price)).toBe(Math.max(...own.map(([, , amount]) => Number(amount))));
        expect(heldAt).toBe(Math.max(...own.map(([, at]) => Date.parse(at ?? ''))));
      }
    }),
  );
});

describe('profiles', () => {
  it.each(['default', 'christies-hk', 'past-auctions'])('%s can be read', (name) =>
    expect(profileFile(name).name).toBe(name),
  );
  const text = readFileSync('config/ingest/default.json', 'utf8');
  const changed = (change: (stored: any) => void): string => {
    const stored = JSON.parse(text);
    change(stored);
    return JSON.stringify(stored);
  };
  it.each([
    ['{', /is not JSON$/],
    [changed((p) => Object.assign(p, { nmae: 'x' })), /Unrecognized key: "nmae"/],
    [changed((p) => Object.assign(p, { encoding: 'utf-9' })), /wrong at "encoding": must be an encoding/],
    [changed((p) => Object.assign(p, { dates: 'MM/DD' })), /wrong at "dates": must be ISO/],
    [changed((p) => Object.assign(p, { name: 'Our House' })), /wrong at "name": must be small letters/],
    [changed((p) => Object.assign(p.outcomes[0], { matches: '(' })), /wrong at "outcomes/],
    [changed((p) => delete p.fields.price), /wrong at "fields.price"/],
    [changed((p) => Object.assign(p, { bids: { amount: 'bid' } })), /wrong at "venue": must be online/],
    [
      changed((p) => Object.assign(p, { venue: 'online', bids: {} })),
      /wrong at "bids": must have "amount" or "maximum"/,
    ],
    [
      changed((p) => Object.assign(p.fields, { price: { bids: 'highest' } })),
      /wrong at "fields.price": can be of the highest bid/,
    ],
    [
      changed((p) => {
        Object.assign(p, { venue: 'online', bids: { amount: 'bid', placedAt: 'at' } });
        Object.assign(p.fields, { heldAt: { bids: 'last' } });
      }),
      /wrong at "unique": must not have "heldAt"/,
    ],
  ])('that are wrong say where: %#', (stored, message) => expect(() => readProfile(stored, 'p.json')).toThrow(message));

  it('map the columns of a house: joined, labelled, cut out, constant, with commas and other dates', async () => {
    const own = readProfile(
      JSON.stringify({
        name: 'own',
        delimiter: ';',
        dates: 'DD.MM.YYYY',
        decimals: 'comma',
        empty: ['-', 'k. A.'],
        currency: 'EUR',
        priceKind: 'with-premium',
        unsoldPrice: 'ignore',
        outcomes: [
          { outcome: 'withdrawn', column: 'Los', matches: 'zur' },
          { outcome: 'passed', column: 'Erlös', matches: '^$' },
          { outcome: 'sold' },
        ],
        fields: {
          sale: { value: 'Wien' },
          lotNumber: { column: 'Los', pattern: '^(\\d+)' },
          title: { columns: ['Künstler', 'Titel'], join: ': ' },
          description: { columns: ['Technik', 'Maße'], join: '\n', labelled: true },
          category: { value: 'Gemälde' },
          lowEstimate: 'Schätzwert',
          price: 'Erlös',
          heldAt: 'Datum',
        },
      }),
      'own.json',
    );
    const rows = [
      'Künstler;Titel;Technik;Maße;Schätzwert;Erlös;Los;Datum',
      'A. Egger;  Die\t Quelle ;Öl;-;k. A.;1.250,50 €;17;30.05.2017',
      ';Ohne Titel;;;1.000;-;18;30.05.2017',
      'B;C;;;;99;19 zur.;30.05.2017',
    ];
    const { summary } = await take(`${rows.join('\n')}\n`, { profile: own });
    expect(summary).toEqual({ ...NOTHING, rows: 3, accepted: 3, sold: 1, passed: 1, withdrawn: 1 });
    const all = await results();
    expect(all.find(({ lotNumber }) => lotNumber === '17')).toMatchObject({
      item: { title: 'A. Egger: Die Quelle', description: 'Technik: Öl', category: 'Gemälde' },
      lowEstimate: null,
      price: 1_250_50n,
      priceKind: 'with-premium',
      heldAt: Date.UTC(2017, 4, 30),
    });
    expect(all.find(({ lotNumber }) => lotNumber === '18')).toMatchObject({
      item: { title: 'Ohne Titel' },
      price: null,
    });
    expect(all.find(({ lotNumber }) => lotNumber === '19')).toMatchObject({ outcome: 'withdrawn', price: null });
  });
});
