// A crowd around one lot in a hall, and what comes of it: worked out for tests from the house's rules in words (docs/hall.md), by code of
// its own.

/** People are numbers. `callers` are in the room, at a telephone or online: each offers the asking price in turn, up to a limit. */
export type Crowd = Readonly<{
  startingPrice: bigint;
  reservePrice: bigint | null;
  commissions: readonly Readonly<{ bidder: number; maximum: bigint }>[];
  callers: readonly Readonly<{ bidder: number; limit: bigint; channel: 'floor' | 'phone' | 'online' }>[];
}>;

export type HallResult = Readonly<{ buyer: number | null; price: bigint | null }>;

/** Steps of 10.00, from 500.00 on of 50.00. */
export const stepAt = Object.assign((price: bigint): bigint => (price < 500_00n ? 10_00n : 50_00n), {
  table: [
    { below: 500_00n, step: 10_00n },
    { below: null, step: 50_00n },
  ],
});

/** Who buys and for how much; nobody where the lot passes. */
export function hallResult({ startingPrice, reservePrice, commissions, callers }: Crowd): HallResult {
  const book = bookOf(commissions, startingPrice);
  let price = startingPrice;
  let asked = startingPrice;
  let leader: number | null = null;
  const call = (bidder: number, at: bigint): void => {
    leader = bidder;
    price = at;
    asked = at + stepAt(at);
  };
  const turnTheBook = (): void => {
    const able = book.filter(({ maximum }) => maximum >= asked);
    const best = able[0];
    if (best === undefined) return;
    const next = able[1];
    if (best.bidder === leader && next === undefined) return;
    let at = asked;
    if (next !== undefined) at = largest(at, smallest(best.maximum, next.maximum + stepAt(next.maximum)));
    if (reservePrice !== null && best.maximum >= reservePrice) at = largest(at, reservePrice);
    call(best.bidder, at);
  };
  turnTheBook();
  for (let calls = -1; calls !== 0; ) {
    calls = 0;
    for (const { bidder, limit } of callers) {
      if (bidder === leader || limit < asked) continue;
      call(bidder, asked);
      turnTheBook();
      calls++;
    }
  }
  const isSold = leader !== null && (reservePrice === null || price >= reservePrice);
  return isSold ? { buyer: leader, price } : { buyer: null, price: null };
}

/** The commissions that stand: each bidder's last one, the highest first, and of equal ones the earlier. */
function bookOf(commissions: Crowd['commissions'], startingPrice: bigint) {
  const last = new Map<number, { bidder: number; maximum: bigint; place: number }>();
  commissions.forEach(({ bidder, maximum }, place) => {
    // The same amount again is refused, and the earlier one keeps its place.
    if (maximum >= startingPrice && last.get(bidder)?.maximum !== maximum) last.set(bidder, { bidder, maximum, place });
  });
  return [...last.values()].sort((a, b) =>
    a.maximum === b.maximum ? a.place - b.place : a.maximum > b.maximum ? -1 : 1,
  );
}

const largest = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const smallest = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** Numbers below a limit that look random and are the same for the same seed. */
function drawer(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** So many crowds of eight people, told from one seed. */
export function crowdsOf(count: number, seed: number): readonly Crowd[] {
  const drawn = drawer(seed);
  const amount = (): bigint => BigInt(1 + drawn(60)) * 25_00n;
  return Array.from({ length: count }, () => {
    const startingPrice = BigInt(1 + drawn(8)) * 25_00n;
    return {
      startingPrice,
      reservePrice: drawn(3) === 0 ? startingPrice + amount() : null,
      commissions: Array.from({ length: drawn(4) }, () => ({ bidder: drawn(8), maximum: amount() })),
      callers: Array.from({ length: drawn(5) }, () => ({
        bidder: drawn(8),
        limit: amount(),
        channel: (['floor', 'phone', 'online'] as const)[drawn(3)] ?? 'floor',
      })),
    };
  });
}
