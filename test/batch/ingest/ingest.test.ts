// A file through the real bus, engine and rules, on a memory journal.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type IngestFile, ingest } from '../../../src/batch/ingest/ingest.js';
import { type Profile, readProfile } from '../../../src/batch/ingest/profile.js';
import { Quarantine } from '../../../src/batch/ingest/quarantine.js';
import type { Outcome } from '../../../src/bus/command-bus.js';
import type { HallResultRecorded } from '../../../src/domain/sale/hall-result.events.js';
import { later } from '../../../src/domain/time.js';
import { ann, MemoryHouse, sue } from '../../support/memory-house.js';
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
      currency: 'USD',
      lowEstimate: 100_00n,
      highEstimate: 150_00n,
      reservePrice: 90_00n,
      outcome: 'sold',
      price: 120_50n,
      priceKind: 'hammer',
      buyerId: ann,
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

describe('profiles', () => {
  it.each(['default', 'christies-hk'])('%s can be read', (name) => expect(profileFile(name).name).toBe(name));
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
