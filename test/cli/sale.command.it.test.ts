// `gavel sale import`: a catalogue from a CSV file, told what is wrong before anything is changed, and the same when it runs again.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { registerSale } from '../../src/cli/sale.command.js';
import { loadConfig } from '../../src/config.js';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { scratchDirectory } from '../support/scratch.js';

const id = () => userId(runtime.uuid());
const [olga, sue, sid] = [id(), id(), id()] as const;
const scratch = scratchDirectory('sale-import');
const file = join(scratch.path, 'spring.csv');
const tokenFile = join(scratch.path, 'token');

let house: ApiHouse;
let token: string;

beforeAll(async () => {
  house = await ApiHouse.open();
  token = await tokenFor(olga, 'operator');
  writeFileSync(tokenFile, token);
  for (const seller of [sue, sid])
    expect((await house.http.post('/users', await tokenFor(seller, 'seller'), { username: 'somebody' })).status).toBe(
      201,
    );
  await house.http.post(`/users/${sid}/suspension`, token, { reason: 'unpaid' });
  await house.caughtUp();
});
afterAll(async () => {
  await house.close();
  scratch.remove();
});

async function drafted(currency = 'EUR'): Promise<string> {
  const day = (n: number) => new Date(runtime.now() + n * 86_400_000).toISOString();
  const terms = { title: 'Spring', currency, termsVersion: '1', opensAt: day(1), closesAt: day(2) };
  const { body } = await house.http.post('/sales', token, terms);
  await house.caughtUp();
  return body.saleId;
}

/** What the command prints, and whether it fails; a refusal as one line. */
async function imported(sale: string, rows: readonly string[], ...options: string[]) {
  writeFileSync(file, rows.join('\n'));
  const lines: string[] = [];
  let failed = false;
  const program = new Command('gavel').exitOverride().configureOutput({ writeErr: () => undefined });
  registerSale(program, {
    config: () => loadConfig({ GAVEL_DATA: join(scratch.path, 'data') }),
    runtime,
    print: (line) => lines.push(line),
    fail: () => {
      failed = true;
    },
  });
  const args = ['sale', 'import', sale, file, '--url', house.http.url, '--token-file', tokenFile, ...options];
  await program.parseAsync(args, { from: 'user' }).catch((error: Error) => {
    failed = true;
    lines.push(error.message);
  });
  await house.caughtUp();
  return { lines, failed };
}

async function lots(saleId: string): Promise<any[]> {
  const query = `{ saleLots(saleId: "${saleId}") { rows { lotId lotNumber title startingPrice lowEstimate highEstimate hasReserve } } }`;
  return (await house.http.send('POST', '/graphql', { token, body: { query } })).body.data.saleLots.rows;
}
async function details(saleId: string): Promise<any[]> {
  const fields =
    'conditionReport provenance shippingNotes dimensions { width height depth unit } weight { value unit }';
  const query = `{ saleLots(saleId: "${saleId}") { rows { details { ${fields} } } } }`;
  const { body } = await house.http.send('POST', '/graphql', { token, body: { query } });
  return body.data.saleLots.rows.map((row: any) => row.details);
}
const told = (line: string) => ({ lines: [line], failed: false });

const HEADER = 'lot_number,seller,title,description,category,starting_price,reserve_price,low_estimate,high_estimate';
const CLOCK = `1,${sue},"A clock, walnut","It ticks.\nLoudly.",Clocks,"1,250.50",1500,2000,3000`;
const VASE = `2A,${sue},A vase,,Vases,80,,,`;

describe('gavel sale import', () => {
  it('adds the lots of a file once, however often it runs', async () => {
    const sale = await drafted();
    const rows = [HEADER, CLOCK, VASE];
    const dry = 'to be added: 2; in the sale already: 0; nothing was changed';
    expect(await imported(sale, rows, '--dry-run')).toEqual(told(dry));
    expect(await lots(sale)).toEqual([]);
    expect(await imported(sale, rows)).toEqual(told('lots added: 2; in the sale already: 0'));
    const added = await lots(sale);
    expect(added).toEqual([
      {
        ...{ lotId: expect.any(String), lotNumber: '1', title: 'A clock, walnut', hasReserve: true },
        ...{ startingPrice: '125050', lowEstimate: '200000', highEstimate: '300000' },
      },
      {
        ...{ lotId: expect.any(String), lotNumber: '2A', title: 'A vase', hasReserve: false },
        ...{ startingPrice: '8000', lowEstimate: null, highEstimate: null },
      },
    ]);
    expect(await imported(sale, rows)).toEqual(told('lots added: 0; in the sale already: 2'));
    expect(await lots(sale)).toEqual(added);
    // A longer file adds what is new in it.
    const longer = await imported(sale, [...rows, `3,${sue},A watch,,Clocks,10,,,`]);
    expect(longer).toEqual(told('lots added: 1; in the sale already: 2'));
  });

  it('takes what a catalogue says of condition, provenance, shipping, size and weight', async () => {
    const sale = await drafted();
    const header = `${HEADER},condition_report,provenance,shipping_notes,width,height,depth,length_unit,weight,weight_unit`;
    const clock = `1,${sue},A clock,,Clocks,10,,,,Rubbed.,Graz,By van.,24.5,180,,,12.25,lb`;
    expect(await imported(sale, [header, clock, `2,${sue},A vase,,Vases,80,,,,,,,,,,,,`])).toEqual(
      told('lots added: 2; in the sale already: 0'),
    );
    expect(await details(sale)).toEqual([
      {
        ...{ conditionReport: 'Rubbed.', provenance: 'Graz', shippingNotes: 'By van.' },
        dimensions: { width: 24.5, height: 180, depth: null, unit: 'CM' },
        weight: { value: 12.25, unit: 'LB' },
      },
      null,
    ]);
    expect(await imported(sale, [header, clock])).toEqual(told('lots added: 0; in the sale already: 1'));
    const wrong = [
      `1,${sue},A clock,,Clocks,10,,,,Rubbed.,Graz,By van.,24.5,181,,,12.25,lb`,
      `3,${sue},A clock,,Clocks,10,,,,,,,24.5,,,,,`,
      `4,${sue},A clock,,Clocks,10,,,,,,,"24,5",1,,,,`,
      `5,${sue},A clock,,Clocks,10,,,,,,,100000.01,1,,,,`,
      `6,${sue},A clock,,Clocks,10,,,,,,,1,1,,yd,,`,
      `7,${sue},A clock,,Clocks,10,,,,,,,,,,,,kg`,
    ];
    expect(await imported(sale, [header, ...wrong])).toEqual({
      failed: true,
      lines: [
        'spring.csv line 2, width differs from lot 1 in the sale; withdraw that lot first, or leave the row out',
        'spring.csv line 3, height must be given where another one of the dimensions is',
        'spring.csv line 4, width must be a number such as 12.5',
        'spring.csv line 5, width must be above zero and at most 100000',
        'spring.csv line 6, length_unit must be one of mm, cm, m, in, ft',
        'spring.csv line 7, weight must be given where its unit is',
      ],
    });
  });

  it('tells all that is wrong, each with line and column, and then changes nothing', async () => {
    const sale = await drafted();
    const rows = [
      HEADER,
      CLOCK,
      `12AB,${sue},A vase,,Vases,80,,,`,
      `1,${sue},A vase,,Vases,80,,,`,
      `4,${sue},,,Vases,80,,,`,
      `5,${sue},A vase,,Vases,8O,,,`,
      `6,${sue},A vase,,Vases,80,79.99,,`,
      `7,${sue},A vase,,Vases,80,,100,`,
      `8,${sue},A vase,,Vases,80,,100,99`,
      `9,sue,A vase,,Vases,80,,,`,
      `10,${olga},A vase,,Vases,80,,,`,
      `11,${sid},A vase,,Vases,80,,,`,
      `12,,A vase,,Vases,80,,,`,
      `13,${sue},A vase,,Vases`,
      `14,${sue},A vase,,Vases,,,,`,
    ];
    const { lines, failed } = await imported(sale, rows);
    expect(failed).toBe(true);
    // The first row has a description of two lines.
    expect(lines).toEqual([
      'spring.csv line 4, lot_number must be a whole number from 1 to 99999, with or without a letter behind it: 12 or 12A',
      'spring.csv line 5, lot_number must be another number: line 2 has 1',
      'spring.csv line 6, title must have 1 to 200 characters',
      'spring.csv line 7, starting_price must be an amount of EUR, as 1,250.50',
      expect.stringMatching(/^spring.csv line 8, reserve_price must be at least the starting price/),
      'spring.csv line 9, high_estimate must come with a low estimate, or neither of them',
      'spring.csv line 10, low_estimate must not be above the high estimate',
      "spring.csv line 11, seller must be the id of the seller's account",
      'spring.csv line 12, seller is nobody’s account',
      'spring.csv line 13, seller is an account that is suspended',
      'spring.csv line 14, seller must be given, here or for all rows by --seller',
      'spring.csv line 15: the row must have 9 values, as the header has, and has 5',
      'spring.csv line 16, starting_price must be given',
    ]);
    expect(await lots(sale)).toEqual([]);
  });

  it('reads what a German spreadsheet writes, and takes a seller for all rows', async () => {
    const sale = await drafted();
    const rows = ['\ufefflot_number;title;category;starting_price', '1;Uhr;Uhren;1.250,50', '2;Vase;Vasen;80'];
    const options = ['--decimals', 'comma', '--seller', sue];
    expect(await imported(sale, rows, ...options)).toEqual(told('lots added: 2; in the sale already: 0'));
    expect((await lots(sale)).map(({ startingPrice }) => startingPrice)).toEqual(['125050', '8000']);
  });

  it('says which lots of the sale are others than those of the file', async () => {
    const sale = await drafted();
    await imported(sale, [HEADER, CLOCK, VASE]);
    const body = { lotNumber: '7', sellerId: sue, item: { title: 'A vase', category: 'Vases' }, startingPrice: '1' };
    await house.http.post(`/sales/${sale}/lots`, token, body);
    const [, vase] = await lots(sale);
    await house.http.send('PUT', `/sales/${sale}/lots/${vase.lotId}/number`, { token, body: { lotNumber: '9' } });
    await house.caughtUp();
    const rows = [HEADER, `1,${sue},Another clock,,Clocks,1250.50,1500,2000,3000`, VASE, `7,${sue},A vase,,Vases,1,,,`];
    expect(await imported(sale, rows)).toEqual({
      failed: true,
      lines: [
        'spring.csv line 2, title differs from lot 1 in the sale; withdraw that lot first, or leave the row out',
        'spring.csv line 3, lot_number 2A was imported before, and is lot 9 now',
        'spring.csv line 4, lot_number 7 is the number of another lot in the sale',
      ],
    });
  });

  it.each([
    ['an empty file', [], / is empty; its first line must name the columns$/],
    ['a column that is missing', ['lot_number,title,category'], / has no column "starting_price"; its columns are /],
    [
      'a column that is misspelt',
      [`${HEADER},reserve`, ''],
      / has the column "reserve", which a catalogue does not have/,
    ],
  ])('refuses %s', async (_, rows, sentence) => {
    const { lines, failed } = await imported(await drafted(), rows);
    expect([lines, failed]).toEqual([[expect.stringMatching(sentence)], true]);
  });

  it('refuses a sale that is none, or not drafted', async () => {
    expect((await imported('spring', [HEADER])).lines).toEqual(['"spring" is not the id of a sale']);
    const unknown = runtime.uuid();
    expect((await imported(unknown, [HEADER])).lines[0]).toBe(`there is no sale ${unknown}, or only staff may see it`);
    const sale = await drafted();
    await house.http.post(`/sales/${sale}/cancellation`, token, { reason: 'rain' });
    await house.caughtUp();
    expect((await imported(sale, [HEADER])).lines[0]).toBe(
      '"Spring" is cancelled: lots are put into a sale until it is published',
    );
  });
});
