// What people and staff of a demo do once, when the house is new: say who they are and where their money goes, and look at the first case.
import { z } from 'zod';
import type { People, Person } from './people.js';
import type { Stories } from './story.js';
import * as wishes from './wishes.js';

type Settling = Readonly<{ stories: Stories; people: People; staff: readonly [Person, Person] }>;

/** Published examples of the standard, of nobody (ISO 13616). */
const IBANS = ['DE89370400440532013000', 'FR1420041010050500013M02606', 'GB29NWBK60161331926819'] as const;
const COUNTRIES = ['DE', 'FR', 'GB', 'NL', 'US'] as const;
const VERIFIED = 8;
const SEARCHES = [
  { name: 'Clocks', filter: { text: 'clock' } },
  { name: 'Rings and brooches', filter: { category: 'Jewelry' } },
] as const;
const SAVE = 'mutation($input: SaveSearchInput!) { saveSearch(input: $input) { searchId } }';
const CASES = 'query { fraudCases(status: OPEN, limit: 1) { rows { caseId } } }';
const casesSeen = z.object({ fraudCases: z.object({ rows: z.array(z.object({ caseId: z.string() })) }) });
const CASE_LOOKS = { afterMs: 60_000, times: 60 } as const;
const NOTE = 'The three registered one after the other. To be asked before anything is decided.';
const UNPAID = 'Two bills are unpaid.';
const SET_RIGHT = 'Both bills were paid.';

export async function settleIn({ stories, people, staff }: Settling): Promise<void> {
  for (const [i, seller] of people.sellers.entries()) {
    const iban = IBANS[i % IBANS.length];
    await stories.must(seller, wishes.stateBankAccount({ holder: seller.name, iban }));
  }
  for (const [i, person] of people.all.slice(0, VERIFIED).entries()) {
    await stories.must(staff[0], wishes.verifyUser(person.userId));
    await stories.must(person, wishes.stateTaxPosition({ country: COUNTRIES[i % COUNTRIES.length] }));
  }
  for (const [i, input] of SEARCHES.entries()) {
    const person = people.honest[i];
    if (person !== undefined) await stories.must(person, wishes.ask(SAVE, { input }));
  }
  const suspended = people.honest.at(-1);
  if (suspended === undefined) return;
  await stories.must(staff[0], wishes.suspendUser(suspended.userId, { reason: UNPAID }));
  await stories.must(staff[1], wishes.reinstateUser(suspended.userId, { reason: SET_RIGHT }), 60_000);
  await lookAtCase({ stories, staff });
}

/** The first fraud case is taken and noted, and left to whoever decides. */
async function lookAtCase({ stories, staff: [by] }: Pick<Settling, 'stories' | 'staff'>): Promise<void> {
  const asked = { by, document: CASES, variables: {} };
  const found = await stories.until(asked, (told) => casesSeen.parse(told).fraudCases.rows[0] ?? null, CASE_LOOKS);
  if (found === null) return;
  await stories.must(by, wishes.takeCase(found.caseId));
  await stories.must(by, wishes.noteCase(found.caseId, NOTE));
}
