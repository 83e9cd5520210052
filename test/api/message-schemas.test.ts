// The messages of the topics as JSON Schema, in docs/schemas: made from the schemas that messages are read by.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { MESSAGE_SCHEMAS } from '../../src/api/ingress/requests.schema.js';
import { parsePublicFact, publicEventSchema, publicFactSchema, publicFactText } from '../../src/feed/public-facts.js';
import { deadLetterSchema } from '../../src/kafka/dead-letters.js';

const FOLDER = join('docs', 'schemas');

// A newer house may say more than a reader of today knows; what a reader is promised are the events of this version.
const fact = publicFactSchema
  .extend({ event: publicEventSchema })
  .meta({ id: 'PublicFact', description: 'auction.events, keyed by auction id.' });

const SCHEMAS: Readonly<Record<string, z.ZodType>> = {
  'bids.v1.json': MESSAGE_SCHEMAS.bids,
  'items.v1.json': MESSAGE_SCHEMAS.items,
  'users.v1.json': MESSAGE_SCHEMAS.users,
  'events.v1.json': fact,
  'dlq.v1.json': deadLetterSchema,
};

const jsonSchemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
const textOf = (schema: z.ZodType): string => `${JSON.stringify(jsonSchemaOf(schema), null, 2)}\n`;

describe('docs/schemas: run this file with GAVEL_TEST_WRITE=1 to write them anew', () => {
  it.each(Object.entries(SCHEMAS))('%s is what messages are read by', (name, schema) => {
    const path = join(FOLDER, name);
    if (process.env['GAVEL_TEST_WRITE'] === '1') writeFileSync(path, textOf(schema));
    expect(readFileSync(path, 'utf8')).toBe(textOf(schema));
  });

  it('are all there are, and named by the page about them', () => {
    const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
    expect(files).toEqual(Object.keys(SCHEMAS).sort());
    const page = readFileSync(join(FOLDER, 'README.md'), 'utf8');
    for (const name of files) expect(page).toContain(`](${name})`);
  });
});

const auctionId = '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b10';
const bid = {
  v: 1,
  commandId: '0190f5a2-7c1e-7d3a-9b1c-2f6d8e4a7b11',
  token: 'aaa.bbb.ccc',
  request: { type: 'PlaceBid', auctionId, amount: '1000', currency: 'USD' },
};

describe('a message is judged alike by its JSON Schema and by the house', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const validate = ajv.compile(jsonSchemaOf(MESSAGE_SCHEMAS.bids));

  it.each([
    ['a bid', bid, true],
    ['another version', { ...bid, v: 2 }, false],
    ['a field that nobody knows', { ...bid, userId: auctionId }, false],
    ['no token', { ...bid, token: undefined }, false],
    ['a token of two parts', { ...bid, token: 'aaa.bbb' }, false],
    ['an amount with a fraction', { ...bid, request: { ...bid.request, amount: '10.5' } }, false],
    ['a request of another topic', { ...bid, request: { type: 'CancelAuction', auctionId, reason: 'x' } }, false],
    ['the first bid to be retracted', { ...bid, request: retraction(1) }, true],
    ['a bid before the first to be retracted', { ...bid, request: retraction(0) }, false],
  ])('%s', (_, message, taken) => {
    const sent = JSON.parse(JSON.stringify(message));
    expect([validate(sent), MESSAGE_SCHEMAS.bids.safeParse(sent).success]).toEqual([taken, taken]);
  });
});

function retraction(bidNumber: number): object {
  return { type: 'RetractBid', auctionId, bidNumber, reason: 'TypingError' };
}

it('a fact is written as its JSON Schema says', () => {
  const sold = {
    type: 'AuctionSold',
    via: 'Hammer',
    buyerId: auctionId,
    winningBid: 3,
    currency: 'USD',
    hammerPrice: '123456789012345678',
    closedAt: 5,
  };
  const written = publicFactText(
    parsePublicFact(JSON.stringify({ auctionId, revision: 7, occurredAt: 5, recordedAt: 6, event: sold })),
  );
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(jsonSchemaOf(fact));
  expect(validate(JSON.parse(written))).toBe(true);
  expect(validate({ ...JSON.parse(written), event: { ...sold, hammerPrice: 5 } })).toBe(false);
});
