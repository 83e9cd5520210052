// Where somebody is for tax, and the rates that this comes to.
import type { TaxRate, TaxRules } from './schedule.js';

/** `country` is an ISO 3166-1 code, `region` the second part of an ISO 3166-2 code; null where the person has not said it. */
export type TaxPosition = Readonly<{ country: string | null; region: string | null; hasNumber: boolean }>;

/** Of somebody who has said nothing: as if they lived where the house is. */
export const NO_POSITION: TaxPosition = { country: null, region: null, hasNumber: false };

/** Buyer's and seller's. */
export type Positions = Readonly<{ buyer: TaxPosition; seller: TaxPosition }>;
export const NO_POSITIONS: Positions = { buyer: NO_POSITION, seller: NO_POSITION };

/** How somebody is taxed. Whoever is not `taxed` has shown a number or a certificate, and the invoice says so. */
export const TAX_TREATMENTS = ['taxed', 'exempt', 'reverse-charge'] as const;
export type TaxTreatment = (typeof TAX_TREATMENTS)[number];

export type Rates = Pick<TaxRate, 'hammerPpm' | 'premiumPpm' | 'feesPpm'>;
const UNTAXED: Rates = { hammerPpm: 0, premiumPpm: 0, feesPpm: 0 };

/** The rates for somebody: of the region, else of the country, else of all others, else none. */
export function ratesFor(rules: TaxRules, position: TaxPosition): Rates {
  const found = rateAt(rules, position);
  return found === null || treatmentOf(rules, position) !== 'taxed' ? UNTAXED : found;
}

/** How somebody is taxed under these rules. A place of no rate is `taxed` at nothing: it has no special treatment. */
export function treatmentOf(rules: TaxRules, position: TaxPosition): TaxTreatment {
  const withNumber = rateAt(rules, position)?.withNumber ?? 'same';
  return position.hasNumber && withNumber !== 'same' ? withNumber : 'taxed';
}

function rateAt({ country: home, region: homeRegion, rates }: TaxRules, position: TaxPosition): TaxRate | null {
  const country = position.country ?? home;
  const region = position.country === null ? homeRegion : position.region;
  return (
    rates.find(
      (rate) => rate.country !== null && rate.country === country && rate.region !== null && rate.region === region,
    ) ??
    rates.find((rate) => rate.country !== null && rate.country === country && rate.region === null) ??
    rates.find((rate) => rate.country === null) ??
    null
  );
}
