// What every test that kills a house asks of it in the end.
import { expect } from '@jest/globals';
import { contradictionsIn, type Evidence, gatherEvidence } from './evidence.js';
import type { KilledHouse } from './killed-house.js';
import type { Asked } from './ledger.js';

/** Sentences about contradictions that a failing test prints. */
export const SHOWN_MAX = 10;

/** Waits for Silver, and holds journal and Silver against what these commands were answered. */
export async function expectNoContradiction(house: KilledHouse, answered: readonly Asked[]): Promise<Evidence> {
  const evidence = await gatherEvidence(house.database());
  expect(contradictionsIn(evidence, answered).slice(0, SHOWN_MAX)).toEqual([]);
  return evidence;
}

/** `gavel verify` has nothing to say. */
export async function expectVerified(house: KilledHouse): Promise<void> {
  const { code, stdout, stderr } = await house.verify();
  expect({ code, report: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, report: '' });
}
