// A lot that was not sold: its seller puts it up again, and everybody else finds it there.
import { type Lot, relist } from '../house/auctions.js';
import { person } from '../house/session.js';
import { untilAnswered } from '../house/until-answered.js';
import { words } from '../words/words.js';
import { Act } from './act.js';

const HOUR_MS = 3_600_000;
const HOURS_FIRST = 72;
const HOURS_MAX = 720;

export function Relist({ lot, renew }: Readonly<{ lot: Lot; renew: () => Promise<void> }>) {
  const { relist: said, sell, problem } = words.value;
  const { auctionId, relistedAs, sellerId, status, title } = lot;
  if (relistedAs !== null)
    return (
      <p class="note">
        <span>
          {said.isUp} <a href={`/lots/${relistedAs}`}>{said.there}</a>
        </span>
      </p>
    );
  if (status !== 'PASSED' || person.value?.userId !== sellerId) return null;
  const run = async (form: FormData): Promise<string | null> => {
    const hours = Number(form.get('hours'));
    if (!(hours >= 1 && hours <= HOURS_MAX)) return sell.wrongHours;
    const durationMs = Math.round(hours * HOUR_MS);
    const answer = await untilAnswered((commandId) => relist({ commandId, auctionId, durationMs }));
    return answer?.__typename === 'RelistingAccepted' ? null : (answer?.message ?? problem.notAnswered);
  };
  return (
    <p class="acts">
      <Act label={said.again} title={said.ask(title)} says={said.says} run={run} done={() => void renew()}>
        <div class="field">
          <label for="relist-hours">{sell.hours}</label>
          <input class="input" id="relist-hours" name="hours" inputMode="decimal" defaultValue={`${HOURS_FIRST}`} />
        </div>
      </Act>
    </p>
  );
}
