// `gavel void`: two of the staff take a bid out of the contest of an open auction, over the running house's own API.
import type { Command } from 'commander';
import { z } from 'zod';
import type { Config } from '../config.js';
import { isUuid } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';
import { OperatorError } from '../runtime/operator-error.js';
import { say } from '../terminal/progress.js';
import { houseAt, readHouseUrl } from './house-address.js';
import { type StaffOptions, staffToken, withStaffOptions } from './staff-token.js';

type Options = StaffOptions & Readonly<{ reason?: string; confirm?: boolean }>;

export type VoidParts = Readonly<{ config: () => Config; now: () => Instant; print: (line: string) => void }>;

const ANSWER_WITHIN_MS = 30_000;
const answerSchema = z.object({ outcome: z.string().optional(), message: z.string().optional() });

/** Adds `gavel void AUCTION BID --reason TEXT`, the first word, and `--confirm`, the second. */
export function registerVoid(program: Command, parts: VoidParts): void {
  const command = program
    .command('void')
    .description('take a bid of an open auction out of the contest: one of the staff gives a reason, another confirms')
    .argument('<auction>', "the auction's id")
    .argument('<bid>', "the bid's number")
    .option('--reason <text>', 'propose it, and why, for the bidder and the record')
    .option('--confirm', 'void what another of the staff has proposed');
  withStaffOptions(command).action((auction: string, bid: string, options: Options) =>
    voidBid(auction, bid, options, parts),
  );
}

async function voidBid(
  auction: string,
  bid: string,
  options: Options,
  { config, now, print }: VoidParts,
): Promise<void> {
  const auctionId = auction.toLowerCase();
  if (!isUuid(auctionId))
    throw new OperatorError(`${JSON.stringify(auction.slice(0, 60))} is not the id of an auction`);
  if (!/^[1-9]\d{0,8}$/.test(bid))
    throw new OperatorError(`${JSON.stringify(bid.slice(0, 60))} is not the number of a bid`);
  const { reason, confirm = false } = options;
  if ((reason === undefined) !== confirm)
    throw new OperatorError(
      'give either --reason, to propose it, or --confirm, for what another of the staff has proposed',
    );
  const given = readHouseUrl(options.url);
  const token = await staffToken(options, config(), now());
  const { url, shown } = await houseAt(given, config());
  say(`${confirm ? 'voiding' : 'proposing'} in ${shown}`);
  const response = await fetch(
    new URL(`/auctions/${auctionId}/bids/${bid}/voiding${confirm ? '' : '-proposal'}`, url),
    {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ reason }),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    },
  );
  const read = answerSchema.safeParse(await response.json().catch(() => null));
  if (response.status === 200 && read.data?.outcome === 'accepted') {
    print(
      confirm
        ? `bid ${bid} of auction ${auctionId} is voided; gavel history ${auctionId} tells what stands now`
        : `to void bid ${bid} of auction ${auctionId} is proposed; another of the staff confirms with --confirm`,
    );
    return;
  }
  throw new OperatorError(
    `the house did not ${confirm ? 'void' : 'take'} it (${response.status}): ${read.data?.message ?? 'it gave no reason'}`,
  );
}
