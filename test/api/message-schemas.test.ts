// The messages of the topics as JSON Schema, in docs/schemas: made from the schemas that messages are read by.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { MESSAGE_SCHEMAS } from '../../src/api/ingress/requests.schema.js';
import { publicFactSchema, publicFactText } from '../../src/feed/facts/public-facts.js';
import { messageSchemas } from '../../src/house/message-schemas.js';

const FOLDER = join('docs', 'schemas');

const SCHEMAS: Readonly<Record<string, any>> = messageSchemas();
const fact = SCHEMAS['events.v1.json'];

const jsonSchemaOf = (schema: z.ZodType) => z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' });
const textOf = (schema: object): string => `${JSON.stringify(schema, null, 2)}\n`;

describe('docs/schemas: run this file with GAVEL_TEST_WRITE=1 to write them anew', () => {
  it.each(Object.entries(SCHEMAS))('%s is what messages are read by', (name, schema) => {
    const path = join(FOLDER, name);
    if (process.env['GAVEL_TEST_WRITE'] === '1') writeFileSync(path, textOf(schema));
    expect(readFileSync(path, 'utf8')).toBe(textOf(schema));
  });

  it.each(Object.entries(SCHEMAS))('%s has an id and a title, and takes its one example', (name, schema) => {
    expect(schema).toMatchObject({ $id: `urn:gavel:schema:${name.replace('.json', '')}`, title: expect.any(String) });
    expect(schema.examples).toHaveLength(1);
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(schema);
    expect([validate(schema.examples[0]), validate.errors]).toEqual([true, null]);
    expect(validate({ ...schema.examples[0], v: 2, revision: 'x' })).toBe(false);
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

const of = { auctionId, transactionNumber: 1, reference: 'till-4/0815' };
const paid = { ...of, type: 'RecordPayment', amount: '1150', currency: 'USD' };
const payment = (request: object): object => ({ ...bid, request: { ...paid, ...request } });

describe('a message is judged alike by its JSON Schema and by the house', () => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  const judged = (topic: keyof typeof MESSAGE_SCHEMAS) => {
    const validate = ajv.compile(jsonSchemaOf(MESSAGE_SCHEMAS[topic]));
    return (message: object): readonly boolean[] => {
      const sent = JSON.parse(JSON.stringify(message));
      return [validate(sent), MESSAGE_SCHEMAS[topic].safeParse(sent).success];
    };
  };
  const [asBid, asTxn] = [judged('bids'), judged('txn')];

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
  ])('%s', (_, message, taken) => expect(asBid(message)).toEqual([taken, taken]));

  it.each([
    ['a payment', payment({}), true],
    ['a payment by another channel', payment({ channel: 'online' }), true],
    ['a payment by a channel that there is not', payment({ channel: 'barter' }), false],
    ['a payment without a reference', payment({ reference: undefined }), false],
    ['a payment of nothing named', payment({ amount: undefined }), false],
    ['a payment of less than nothing', payment({ amount: '-1' }), false],
    ['a payment that says who recorded it', payment({ recordedBy: auctionId }), false],
    ['a payment for the sale before the first', payment({ transactionNumber: 0 }), false],
    ['a payment with its command id inside', payment({ commandId: bid.commandId }), false],
    ['a failed payment', { ...bid, request: { ...of, type: 'RecordPaymentFailure', reason: 'Declined' } }, true],
    ['a refund', { ...bid, request: { ...of, type: 'RefundPayment', reason: 'Returned' } }, true],
    [
      'a refund of a part',
      { ...bid, request: { ...of, type: 'RefundPayment', reason: 'Returned', amount: '1' } },
      true,
    ],
    [
      'a refund of a part of a cent',
      { ...bid, request: { ...of, type: 'RefundPayment', reason: 'Returned', amount: '1.5' } },
      false,
    ],
    ['the seller’s payout, which no till makes', { ...bid, request: { ...of, type: 'SettleTransaction' } }, false],
    ['a bid', bid, false],
  ])('%s at a till', (_, message, taken) => expect(asTxn(message)).toEqual([taken, taken]));
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
    publicFactSchema.parse({ auctionId, revision: 7, occurredAt: 5, recordedAt: 6, event: sold }),
  );
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(fact);
  expect(validate(JSON.parse(written))).toBe(true);
  expect(validate({ ...JSON.parse(written), event: { ...sold, hammerPrice: 5 } })).toBe(false);
});
