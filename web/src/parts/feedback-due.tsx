// Settled sales that wait for the person's feedback.
import { useId } from 'preact/hooks';
import { person } from '../house/session.js';
import { type Due, type Feedback, feedbackDue, giveFeedback } from '../house/talk.js';
import { words } from '../words/words.js';
import { useAsked } from './asked.js';
import { notices } from './notices.js';
import { PersonName } from './person-name.js';
import { Say } from './say.js';

const RATINGS = ['POSITIVE', 'NEUTRAL', 'NEGATIVE'] as const;

export function FeedbackDue() {
  const { talk } = words.value;
  const { answer, renew } = useAsked(feedbackDue, `${person.value?.userId} ${notices.value.length}`);
  if (answer === null || answer.length === 0) return null;
  return (
    <section class="section" aria-labelledby="feedback-due">
      <header>
        <h2 id="feedback-due">
          {talk.due} <span class="meta">{answer.length}</span>
        </h2>
      </header>
      <ul role="list" class="offers">
        {answer.map((due) => (
          <Line key={`${due.auctionId} ${due.side}`} due={due} renew={renew} />
        ))}
      </ul>
    </section>
  );
}

function Line({ due, renew }: Readonly<{ due: Due; renew: () => void }>) {
  const { talk } = words.value;
  const id = useId();
  const { auctionId, transactionNumber } = due;
  // Sellers give positive feedback or none.
  const ratings = due.side === 'BUYER' ? RATINGS : RATINGS.slice(0, 1);
  return (
    <li>
      <p>
        <a href={`/lots/${auctionId}`}>
          <bdi>{due.title}</bdi>
        </a>{' '}
        <span class="meta">
          {due.side === 'BUYER' ? talk.boughtFrom : talk.soldTo} <PersonName id={due.aboutId} />
        </span>
      </p>
      <p class="acts">
        <Say
          label={talk.give}
          title={talk.giveAsk(due.title)}
          says={due.side === 'BUYER' ? talk.giveSays : talk.giveSellerSays}
          field={talk.feedbackField}
          run={(text, form) => {
            const rating = ratings.find((one) => one === form.get('rating')) ?? 'POSITIVE';
            return giveFeedback({ auctionId, transactionNumber, rating: rating satisfies Feedback['rating'], text });
          }}
          done={renew}
        >
          <div class="field">
            <label for={id}>{talk.ratingField}</label>
            <select class="input" id={id} name="rating">
              {ratings.map((rating) => (
                <option key={rating} value={rating}>
                  {talk.ratings[rating]}
                </option>
              ))}
            </select>
          </div>
        </Say>
      </p>
    </li>
  );
}
