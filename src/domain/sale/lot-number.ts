// A lot's number in its catalogue: a whole number, and a letter for lots that come in between, as `12A` behind `12`.

/** Catalogues of five digits are the largest known. */
const LOT_NUMBER = /^([1-9]\d{0,4})([A-Z]?)$/;

/** What is wrong with a lot's number; null for nothing. */
export const lotNumberProblem = (lotNumber: string): string | null =>
  LOT_NUMBER.test(lotNumber)
    ? null
    : 'must be a whole number from 1 to 99999, with or without a letter behind it: 12 or 12A';

/** Negative if `a` comes up before `b`. */
export function compareLotNumbers(a: string, b: string): number {
  const [numberA, letterA] = partsOf(a);
  const [numberB, letterB] = partsOf(b);
  if (numberA !== numberB) return numberA - numberB;
  return letterA < letterB ? -1 : Number(letterA > letterB);
}

/** The whole number behind all of these. */
export function nextLotNumber(lotNumbers: Iterable<string>): string {
  let highest = 0;
  for (const lotNumber of lotNumbers) highest = Math.max(highest, partsOf(lotNumber)[0]);
  return String(highest + 1);
}

function partsOf(lotNumber: string): readonly [number, string] {
  const [, number = '0', letter = ''] = LOT_NUMBER.exec(lotNumber) ?? [];
  return [Number(number), letter];
}
