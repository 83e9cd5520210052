// The index of lists finds every list that an auction is in, and the text of an auction is what an execution would print.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { buildSchema, execute, type FieldNode, parse } from 'graphql';
import { ENUMS, TYPE_DEFS } from '../../../src/api/graphql/schema.js';
import { AuctionTexts, auctionShape } from '../../../src/api/live/auction-shape.js';
import { ListIndex } from '../../../src/api/live/list-index.js';
import { type LiveFilter, matches } from '../../../src/api/live/live-filter.js';
import { auctionView } from '../../../src/api/queries/views.js';
import { instant } from '../../../src/domain/time.js';
import { listedAuction } from '../../../src/live/live-auction.js';
import type { AuctionRow } from '../../../src/projections/silver/silver.queries.js';
import { listedFact } from '../../support/listed-fact.js';
import { auctionNo, noon, sue, userNo } from '../../support/memory-house.js';

const listing = { ...listedFact, format: 'sealed-first-price' } as const;
const all: LiveFilter = { status: null, category: null, sellerId: null, text: null, closesBefore: null };

const word = fc.constantFrom('clock', 'Müller', 'muller', 'vase', 'ΒΟΡΡΑΣ', 'βορρας', '—', 'Uhr');
const text = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(' '));
const or = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const seller = fc.constantFrom(sue, userNo(7));
const category = fc.constantFrom('Clocks', 'clocks', 'Müller', 'Vases');
const someFilter: fc.Arbitrary<LiveFilter> = fc.record({
  status: or(fc.constantFrom('open', 'sold')),
  category: or(category),
  sellerId: or(seller),
  text: or(text),
  closesBefore: or(fc.constantFrom(noon, instant(noon + 1))),
});
let next = 1;
const someAuction: fc.Arbitrary<AuctionRow> = fc
  .record({ title: text, description: text, category, sellerId: seller })
  .map((texts) => listedAuction(auctionNo(next++), { ...listing, ...texts }));

describe('the index of lists', () => {
  it('finds every list that an auction is in, each once', () => {
    fc.assert(
      fc.property(fc.array(someFilter, { maxLength: 30 }), someAuction, (filters, auction) => {
        const index = new ListIndex<LiveFilter>();
        for (const filter of filters) index.add(filter, filter);
        const found = [...index.around(auction)];
        expect(new Set(found).size).toBe(found.length);
        const missing = filters.filter((filter) => matches(filter, auction) && !found.includes(filter));
        expect(missing).toEqual([]);
        for (const filter of filters) index.remove(filter, filter);
        expect([...index.around(auction)]).toEqual([]);
      }),
    );
  });

  it('asks none of 10,000 lists that wait for other words, sellers and categories', () => {
    const index = new ListIndex<number>();
    for (let n = 0; n < 10_000; n++) {
      const other = [{ text: `vase ${n}` }, { category: `Vases ${n}` }, { sellerId: userNo(100 + n) }][n % 3];
      index.add({ ...all, ...other }, n);
    }
    index.add({ ...all, text: 'clock' }, -1);
    expect([...index.around(listedAuction(auctionNo(next++), listing))]).toEqual([-1]);
  });
});

describe('the text of an auction', () => {
  const schema = buildSchema(TYPE_DEFS);
  for (const [name, words] of Object.entries(ENUMS)) {
    const type: any = schema.getType(name);
    for (const value of type.getValues()) value.value = words[value.name];
    type._valueLookup = null;
  }
  const everyField = Object.keys((schema.getType('Auction') as any).getFields());
  const texts = new AuctionTexts(schema);
  const row = listedAuction(auctionNo(next++), {
    ...listing,
    title: 'A "clock"\n\u2028',
    buyNowPrice: 99n,
    photos: [auctionNo(1), auctionNo(2)],
  });

  it.each([
    ['all its fields', `subscription{auctionsUpdated{${everyField.join(' ')} __typename}}`, {}],
    ['other names', 'subscription{a:auctionsUpdated{b:title c:title title t:__typename}}', {}],
    [
      'fragments, repeats and what is skipped',
      'subscription($no:Boolean=false){auctionsUpdated{...f ...on Auction{title format} status @include(if:$no)}} ' +
        'fragment f on Auction{auctionId title @skip(if:false) revision @skip(if:true)}',
      {},
    ],
    ['a variable', 'subscription($no:Boolean!){auctionsUpdated{title @skip(if:$no) format}}', { no: true }],
    ['nothing', 'subscription{auctionsUpdated{title @skip(if:true)}}', {}],
  ])('of %s is what an execution prints', (_, query, variables) => {
    const document = parse(query);
    const [operation, ...fragments] = document.definitions as any[];
    const root = operation.selectionSet.selections[0] as FieldNode;
    const view = auctionView(row);
    const executed = execute({ schema, document, variableValues: variables, rootValue: { auctionsUpdated: view } });
    const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]));
    const told = texts.of(view)(auctionShape(root, byName, { no: false, ...variables }));
    expect(told).toBe(JSON.stringify(executed));
  });
});
