// Taking a commission back before the lot is opened: at once where the sale lets bidders, else by asking staff.
import { NotAnswered } from '../house/ask.js';
import { type Lot, ownBids, requestRetraction, retractBid } from '../house/auctions.js';
import { untilAnswered } from '../house/until-answered.js';
import { Act } from '../parts/act.js';
import { counts, renewOwnBids } from '../parts/own-bids.js';
import { words } from '../words/words.js';

const BIDS_MAX = 200;
type Answer = Readonly<{ __typename: string; message?: string }>;

/** Null once it is taken back, or asked for; else why not. */
async function takeBack({ auctionId, retraction }: Lot, form: FormData): Promise<string | null> {
  const { problem } = words.value;
  const { rows } = await ownBids(BIDS_MAX);
  const own = rows.find((bid) => bid.auctionId === auctionId && counts(bid));
  if (own === undefined) throw new NotAnswered(problem.notAnswered, false);
  const reason = form.get('why') === 'DescriptionChanged' ? 'DescriptionChanged' : 'TypingError';
  const send = retraction === 'BY_REQUEST' ? requestRetraction : retractBid;
  const answer = await untilAnswered(
    (commandId): Promise<Answer> => send({ commandId, auctionId, bidNumber: own.bidNumber, reason }),
  );
  if (answer === null) return problem.notAnswered;
  return 'message' in answer ? (answer.message ?? problem.notAnswered) : null;
}

export function TakeBack({ lot, renew }: Readonly<{ lot: Lot; renew: () => Promise<void> }>) {
  const { box } = words.value;
  if (lot.retraction === 'NEVER') return null;
  return (
    <p class="acts">
      <Act
        label={box.takeBack}
        title={box.takeBackAsk}
        says={box.takeBackSays}
        run={(form) => takeBack(lot, form)}
        done={() => void Promise.allSettled([renew(), renewOwnBids()])}
      >
        <div class="field">
          <select class="input" name="why" aria-label={box.takeBack}>
            {(['TypingError', 'DescriptionChanged'] as const).map((why) => (
              <option key={why} value={why}>
                {box.takeBackWhy[why]}
              </option>
            ))}
          </select>
        </div>
      </Act>
    </p>
  );
}
