// Issue 13, 9: what staff write about a person, when they void a bid or suspend an account, stood as clear text in the files
// of Bronze that analysts read. It is for the person and staff alone.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { withDuck } from '../../src/lake/duck.js';
import { eventParts, fileOf } from '../../src/projections/bronze/bronze.queries.js';
import { parquet } from '../../src/projections/bronze/bronze.sql.js';
import { type BronzeHouse, DUCK, openBronzeHouse } from '../projections/bronze/bronze-house.js';

let house: BronzeHouse;
beforeAll(async () => {
  house = await openBronzeHouse();
});
afterAll(() => house.close());

const ABOUT_A_PERSON = [
  'BidVoided',
  'SealedBidVoided',
  'RetractionRefused',
  'VoidingProposed',
  'FraudCaseDismissed',
  'FraudCaseConfirmed',
  'UserSuspended',
  'UserReinstated',
];
const PUBLIC = ['AuctionCancelled', 'AuctionWithdrawn', 'AuctionPassed', 'BidRetracted', 'PaymentFailed'];
const WORD = 'brother-in-law';
/** As JSON.stringify writes them: quotes, backslashes, other scripts, and what looks like a field. */
const REASONS = [
  `the seller's ${WORD}`,
  `"${WORD}" \\ said\nso \\\\`,
  `${WORD} "reason":null`,
  `拍 ${WORD} \u2028`,
  `\\"reason\\":\\"${WORD}\\"`,
];
const textOf = (type: string, reason: string | null): string =>
  JSON.stringify({ type, bidNumber: 1, reason, currentPrice: '5' });

it('a reason that is about a person is restricted, one about an auction is shown, and both come back as recorded', async () => {
  for (const type of [...ABOUT_A_PERSON, ...PUBLIC])
    for (const reason of REASONS) await house.record({ type, text: textOf(type, reason) });
  for (const type of ABOUT_A_PERSON) {
    await house.record({ type, text: textOf(type, '') });
    await house.record({ type, text: `{"reason":"${WORD}` });
    await house.record({ type, text: `{"reason":"a","reason":"${WORD}"}` });
  }
  const store = house.store('lake');
  await house.archiver(store).next(house.client, { rowsMax: 1_000, rowsMin: 1 });
  const shown: Record<string, unknown>[] = [];
  for await (const part of eventParts(store)) {
    const path = store.pathOf(fileOf(part, 'events')?.key ?? '');
    const rows = await withDuck({ ...DUCK, tempDirectory: house.scratch }, async (duck) =>
      (await duck.runAndReadAll(`FROM ${parquet(path)}`)).getRowObjectsJS(),
    );
    shown.push(...rows);
  }
  const told = (type: unknown) => shown.filter((row) => row['event_type'] === type).map((row) => row['text']);
  for (const type of PUBLIC) expect(told(type)).toEqual(REASONS.map((reason) => textOf(type, reason)));
  for (const type of ABOUT_A_PERSON) {
    expect(told(type).slice(0, REASONS.length)).toEqual(REASONS.map(() => textOf(type, null)));
    expect(told(type).join()).not.toContain(WORD);
    expect(shown.filter((row) => row['event_type'] === type).map((row) => row['hash'])).toEqual(
      told(type).map(() => null),
    );
  }
  expect(await house.readBack(store)).toEqual(await house.recorded());
});
