import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { auctionStream } from '../../src/domain/messages.js';
import { silverProjection } from '../../src/projections/silver/silver.projection.js';
import { auctionNo, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';

// A trigger stands for whatever may be wrong with a row: it refuses bids of one amount until it is dropped.
const [sue, ann, bob] = [userNo(1), userNo(2), userNo(3)] as const;
const [clock, vase] = [auctionNo(1), auctionNo(2)] as const;
const SECRET = '3333';

let house: ProjectedHouse;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  const { told, client } = house;
  await client.query('ALTER TABLE silver_private.bids ADD CONSTRAINT never CHECK (maximum <> 3333)');
  await told.register(sue, ann, bob);
  await told.list(clock);
  await told.list(vase);
  await told.bid(clock, ann, 20_00n);
  await told.bid(clock, bob, 33_33n);
  await told.bid(vase, ann, 20_00n);
  await told.bid(clock, ann, 50_00n);
  await told.close(clock);
  await house.project();
});
afterEach(() => house.close());

const mend = () => house.client.query('ALTER TABLE silver_private.bids DROP CONSTRAINT never');
const stream = auctionStream(clock);

describe('dlq list', () => {
  it('tells which stream waits at which event, and why', async () => {
    const { lines, failed } = await house.run(['dlq', 'list']);
    expect(failed).toBe(false);
    expect(lines).toEqual([
      expect.stringMatching(new RegExp(`^silver {2}${stream} {2}at r2 \\(BidPlaced\\), 4 events waiting since 20.*Z$`)),
      '  PostgreSQL refused it with SQLSTATE 23514, table bids, constraint never',
    ]);
  });

  it('tells machines the same', async () => {
    const { lines } = await house.run(['dlq', 'list', '--json']);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      {
        consumer: 'silver',
        streamId: stream,
        revision: 2,
        position: '7',
        eventType: 'BidPlaced',
        reason: 'PostgreSQL refused it with SQLSTATE 23514, table bids, constraint never',
        parkedAt: expect.stringMatching(/^20.*Z$/),
        waiting: 4,
      },
    ]);
  });

  it('tells of one consumer only, when asked', async () =>
    expect((await house.run(['dlq', 'list', '--consumer', 'closings'])).lines).toEqual(['no stream is parked']));
});

describe('dlq show', () => {
  it('shows what waits, in order and without secrets', async () => {
    const { lines } = await house.run(['dlq', 'show', stream]);
    expect(lines.slice(2).map((line) => line.split('  ').slice(1, 3))).toEqual([
      ['r2', 'BidPlaced'],
      ['r3', 'BidPlaced'],
      ['r4', 'AuctionSold'],
      ['r5', 'InvoiceIssued'],
    ]);
    expect(lines[2]).toContain('"maximum":"(secret)"');
    expect(lines.join('\n')).not.toContain(SECRET);
  });

  it('shows secrets when asked for them, and the rest behind a limit', async () => {
    const { lines } = await house.run(['dlq', 'show', stream, '--secrets', '--limit', '1']);
    expect(lines[2]).toContain(SECRET);
    expect(lines.slice(3)).toEqual(['  and 3 more; --limit shows them']);
  });

  it('shows machines one object an event', async () => {
    const { lines } = await house.run(['dlq', 'show', stream, '--json']);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { consumer: 'silver', revision: 2, eventType: 'BidPlaced', schemaVersion: 1, problem: null },
      { revision: 3 },
      { revision: 4, eventType: 'AuctionSold' },
      { revision: 5, eventType: 'InvoiceIssued' },
    ]);
    expect(lines.join('\n')).not.toContain(SECRET);
  });

  it('refuses a stream that is not parked', async () =>
    expect(house.run(['dlq', 'show', auctionStream(vase)])).rejects.toThrow(`${auctionStream(vase)} is not parked`));
});

describe('dlq replay', () => {
  const verified = async () => (await house.run(['verify'])).lines.at(-1);

  it('applies what waits in order, frees the stream and lets the consumer go on with it', async () => {
    await house.told.bid(clock, ann, 60_00n);
    await mend();
    const { lines, failed } = await house.run(['dlq', 'replay', stream]);
    expect(lines).toEqual([`silver  ${stream}  4 events applied: the stream is free again`]);
    expect(failed).toBe(false);
    expect((await house.run(['dlq', 'list'])).lines).toEqual(['no stream is parked']);
    await house.project();
    expect(await verified()).toBe('clean: Silver is what the journal says');
  });

  it('changes nothing while the cause is not mended, and says so', async () => {
    const before = await house.client.query('SELECT * FROM feed.checkpoints, silver_private.standings ORDER BY 1, 2');
    const { lines, failed } = await house.run(['dlq', 'replay', stream]);
    expect(lines).toEqual([
      `silver  ${stream}  stays parked: revision 2 still cannot be applied: PostgreSQL refused it with SQLSTATE 23514, table bids, constraint never`,
    ]);
    expect(failed).toBe(true);
    const after = await house.client.query('SELECT * FROM feed.checkpoints, silver_private.standings ORDER BY 1, 2');
    expect(after.rows).toEqual(before.rows);
    expect((await house.run(['dlq', 'list'])).lines).toHaveLength(2);
  });

  it('rolls back all of it when a later event is poison too', async () => {
    await mend();
    await house.client.query('ALTER TABLE silver_private.transactions ADD CONSTRAINT never CHECK (final_price < 0)');
    const { lines } = await house.run(['dlq', 'replay', stream]);
    expect(lines[0]).toContain('stays parked: revision 4 still cannot be applied');
    const { rows } = await house.client.query(
      `SELECT bid_number FROM silver_private.bids WHERE auction_id = '${clock}'`,
    );
    expect(rows).toEqual([{ bid_number: 1 }]);
  });

  it('takes up all of them, and tells machines', async () => {
    await mend();
    const { lines } = await house.run(['dlq', 'replay', '--all', '--json']);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { consumer: 'silver', streamId: stream, status: 'replayed', events: 4 },
    ]);
    expect((await house.run(['dlq', 'replay', '--all'])).lines).toEqual(['no stream is parked']);
  });

  it('raises the generation, so that a running consumer starts over', async () => {
    const generation = async () =>
      (await house.client.query("SELECT generation FROM feed.checkpoints WHERE consumer = 'silver'")).rows[0]
        .generation;
    expect(await generation()).toBe('0');
    await mend();
    await house.run(['dlq', 'replay', stream]);
    expect(await generation()).toBe('1');
  });

  it('refuses both a stream and --all, and neither', async () => {
    await expect(house.run(['dlq', 'replay'])).rejects.toThrow('name the stream to replay, or say --all');
    await expect(house.run(['dlq', 'replay', stream, '--all'])).rejects.toThrow('but not both');
  });

  it('refuses a consumer that it does not have', async () =>
    expect(house.run(['dlq', 'replay', stream], { projections: [] })).rejects.toThrow(
      `${stream} is parked by the consumer silver, which this version of Gavel does not have`,
    ));

  it('while the consumer runs: nothing is lost and nothing applied twice', async () => {
    const { told } = house;
    await mend();
    const following = house.project([silverProjection()]);
    await house.run(['dlq', 'replay', stream]);
    for (let i = 0; i < 20; i++) await told.bid(vase, i % 2 === 0 ? bob : ann, BigInt(30_00 + i * 5_00));
    await following;
    await house.project();
    expect(await verified()).toBe('clean: Silver is what the journal says');
  });
});
