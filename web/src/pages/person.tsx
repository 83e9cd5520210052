// What others say about somebody they bought from or sold to.
import { useEffect } from 'preact/hooks';
import { person } from '../house/session.js';
import { type Feedback, feedbackAbout, hideFeedback, replyToFeedback } from '../house/talk.js';
import { Act } from '../parts/act.js';
import { useAsked } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { NotThere } from '../parts/not-there.js';
import { isStaff } from '../parts/questions.js';
import { Say } from '../parts/say.js';
import { Time } from '../parts/time.js';
import { words } from '../words/words.js';

export function PersonPage({ id }: Readonly<{ id: string }>) {
  const { talk } = words.value;
  const { answer, failed, renew } = useAsked(() => feedbackAbout(id), `${id} ${person.value?.userId}`);
  const name = answer?.user?.username ?? talk.nobody;
  useEffect(() => {
    if (answer !== null) document.title = `${name} · Gavel`;
  }, [answer, name]);
  if (answer === null) return failed ? <Failed renew={renew} /> : <div aria-busy="true" />;
  const { user, feedbackCounts: counts, feedbackAbout: said } = answer;
  if (user === null) return <NotThere text={talk.noPerson} />;
  return (
    <>
      <h1 tabIndex={-1}>
        <bdi>{name}</bdi>
      </h1>
      <dl class="pairs">
        <dt>{talk.ratingName}</dt>
        <dd>{user.rating}</dd>
        <dt>{talk.since}</dt>
        <dd>
          <Time at={user.registeredAt} />
        </dd>
        <dt>{talk.year}</dt>
        <dd>{talk.counts(counts.positive, counts.neutral, counts.negative)}</dd>
      </dl>
      <h2>{talk.feedback}</h2>
      {said.rows.length === 0 && <p class="empty">{talk.noFeedback}</p>}
      <ul role="list" class="talk">
        {said.rows.map((one) => (
          <One key={`${one.auctionId} ${one.transactionNumber} ${one.side}`} feedback={one} renew={renew} />
        ))}
      </ul>
    </>
  );
}

function One({ feedback, renew }: Readonly<{ feedback: Feedback; renew: () => void }>) {
  const { talk } = words.value;
  const { auctionId, transactionNumber, side, hideReason } = feedback;
  return (
    <li>
      <p class="text">
        <span class="badge">{talk.ratings[feedback.rating]}</span> <bdi>{feedback.feedback}</bdi>
      </p>
      <p class="meta">
        {side === 'BUYER' ? talk.buyer : talk.seller} <bdi>{feedback.giverName ?? talk.nobody}</bdi>,{' '}
        <a href={`/lots/${auctionId}`}>
          <bdi>{feedback.title}</bdi>
        </a>
        , <Time at={feedback.givenAt} />
      </p>
      {feedback.reply !== null && (
        <p class="text">
          <span class="meta">{talk.replied}</span> <bdi>{feedback.reply}</bdi>
        </p>
      )}
      {hideReason !== null && <p class="meta">{talk.hidden(hideReason)}</p>}
      <p class="acts">
        {person.value?.userId === feedback.aboutId && feedback.reply === null && hideReason === null && (
          <Say
            label={talk.reply}
            title={talk.replyAsk}
            says={talk.replySays}
            field={talk.answerField}
            run={(text) => replyToFeedback({ auctionId, transactionNumber, side, text })}
            done={renew}
          />
        )}
        {isStaff() && hideReason === null && (
          <Act
            label={talk.hide}
            title={talk.hideAsk}
            says={talk.hideSays}
            needsReason
            run={(_, reason) => hideFeedback({ auctionId, transactionNumber, side, reason })}
            done={renew}
          />
        )}
      </p>
    </li>
  );
}
