// Questions about a lot: those that are answered, and what the person may do with them.
import { person } from '../house/session.js';
import {
  answerQuestion,
  askQuestion,
  hideQuestion,
  type Question,
  questionsOf,
  questionsToAnswer,
} from '../house/talk.js';
import { words } from '../words/words.js';
import { Act } from './act.js';
import { useAsked, useEvery } from './asked.js';
import { Say } from './say.js';
import { Time } from './time.js';

const ANEW_EVERY_MS = 15_000;

export const isStaff = (): boolean =>
  person.value?.roles.some((role) => role === 'operator' || role === 'admin') === true;

type OfLot = Readonly<{ id: string; sellerId: string; isOpen: boolean }>;

export function Questions({ id, sellerId, isOpen }: OfLot) {
  const { talk } = words.value;
  const who = person.value?.userId;
  const { answer, renew } = useAsked(() => questionsOf(id), `${id} ${who}`);
  useEvery(ANEW_EVERY_MS, renew);
  return (
    <section aria-labelledby="questions">
      <h2 id="questions">{talk.questions}</h2>
      {answer?.length === 0 && <p class="meta">{talk.noQuestions}</p>}
      <ul role="list" class="talk">
        {answer?.map((question) => (
          <OneQuestion key={question.questionNumber} question={question} isMine={who === sellerId} renew={renew} />
        ))}
      </ul>
      {isOpen && who !== undefined && who !== sellerId && (
        <p class="acts">
          <Say
            label={talk.ask}
            title={talk.askAsk}
            says={talk.askSays}
            field={talk.question}
            run={(text) => askQuestion({ auctionId: id, text })}
            done={renew}
          />
        </p>
      )}
    </section>
  );
}

/** What a seller has been asked, over all lots. */
export function QuestionsToAnswer() {
  const { talk } = words.value;
  const { answer, renew } = useAsked(questionsToAnswer, person.value?.userId);
  useEvery(ANEW_EVERY_MS, renew);
  if (answer === null || answer.length === 0) return null;
  return (
    <section class="section" aria-labelledby="to-answer">
      <header>
        <h2 id="to-answer">
          {talk.toAnswer} <span class="meta">{answer.length}</span>
        </h2>
      </header>
      <ul role="list" class="talk">
        {answer.map((question) => (
          <OneQuestion
            key={`${question.auctionId} ${question.questionNumber}`}
            question={question}
            isMine={true}
            isNamed
            renew={renew}
          />
        ))}
      </ul>
    </section>
  );
}

type OneParts = Readonly<{ question: Question; isMine: boolean; isNamed?: boolean; renew: () => void }>;

function OneQuestion({ question, isMine, isNamed = false, renew }: OneParts) {
  const { talk } = words.value;
  const { auctionId, questionNumber, hideReason } = question;
  return (
    <li>
      {isNamed && (
        <p>
          <a href={`/lots/${auctionId}`}>
            <bdi>{question.title}</bdi>
          </a>
        </p>
      )}
      <p class="text">
        <strong>
          <bdi>{question.question}</bdi>
        </strong>{' '}
        <span class="meta">
          <Time at={question.askedAt} />
        </span>
      </p>
      {question.answer !== null ? (
        <p class="text">
          <span class="meta">{talk.sellers}</span> <bdi>{question.answer}</bdi>
        </p>
      ) : (
        <p class="meta">{talk.unanswered}</p>
      )}
      {hideReason !== null && <p class="meta">{talk.hidden(hideReason)}</p>}
      <p class="acts">
        {isMine && question.answer === null && (
          <Say
            label={talk.answer}
            title={talk.answerAsk}
            says={talk.answerSays}
            field={talk.answerField}
            run={(text) => answerQuestion({ auctionId, questionNumber, text })}
            done={renew}
          />
        )}
        {isStaff() && hideReason === null && (
          <Act
            label={talk.hide}
            title={talk.hideAsk}
            says={talk.hideSays}
            needsReason
            run={(_, reason) => hideQuestion({ auctionId, questionNumber, reason })}
            done={renew}
          />
        )}
      </p>
    </li>
  );
}
