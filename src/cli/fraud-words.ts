// What the factors of a score are called before people.
import type { Factor } from '../domain/fraud/fraud-model.js';

/** What each factor means to a person. None tells an amount. */
const WORDS: Readonly<Record<Factor, string>> = {
  concentration: 'comes to this seller far more often than the seller’s share of the category explains',
  losingToSeller: 'has lost to others in this seller’s auctions again and again, and hardly ever won',
  priceLift: 'has raised the price while somebody else led',
  smallSteps: 'bids hardly more than the least that is taken',
  earlyBidding: 'bids early and leaves the end to others',
  limitFound: 'has felt its way up to where the leader’s limit lies, and stopped there',
  shielding: 'has taken back a bid far above the others, too late for them to answer',
  fewSellers: 'knows hardly any other seller',
  sellerPressure: 'the seller’s auctions have many bidders who always lose',
};

/** A factor in words; the name itself for one that has none. */
export const wordsFor = (factor: string): string => (Object.hasOwn(WORDS, factor) ? WORDS[factor as Factor] : factor);
