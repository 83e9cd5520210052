// What a refund takes back of an invoice: of each line, its net and its tax, the same share, so that the parts add up to the refund to
// the last unit, and all refunds together to the whole invoice.
import type { Minor } from '../money.js';
import { type FeeLine, netOf, taxOf } from './charges.js';

/**
 * The buyer's lines that a refund of `amount` takes back, after the refunds `before` it. Each refund is shared out over what those before
 * it have left. Throws on a refund of more than that.
 */
export function refundedLines(lines: readonly FeeLine[], before: readonly Minor[], amount: Minor): readonly FeeLine[] {
  const buyers = lines.filter(({ paidBy }) => paidBy === 'buyer');
  const left = before.reduce((rest, refund) => {
    const taken = shareOf(rest, refund);
    return rest.map((line, n) => less(line, taken[n]));
  }, buyers);
  return shareOf(left, amount).filter(({ net, tax }) => net > 0n || tax > 0n);
}

/** Rounded down along the running sum, which never takes more of an amount than there is. */
function shareOf(lines: readonly FeeLine[], amount: Minor): readonly FeeLine[] {
  const total = netOf(lines) + taxOf(lines);
  if (amount < 0n || amount > total) throw new Error('broken invariant: a refund of more than is left of the invoice');
  let [passed, given] = [0n, 0n];
  const next = (part: Minor): Minor => {
    passed += part;
    const until = total === 0n ? 0n : (passed * amount) / total;
    const share = until - given;
    given = until;
    return share;
  };
  return lines.map((line) => ({ ...line, net: next(line.net), tax: next(line.tax) }));
}

const less = (line: FeeLine, taken: FeeLine | undefined): FeeLine => ({
  ...line,
  net: line.net - (taken?.net ?? 0n),
  tax: line.tax - (taken?.tax ?? 0n),
});
