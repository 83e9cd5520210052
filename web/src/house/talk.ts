// Questions to sellers, and feedback between buyers and sellers.
import { ask, askText } from './ask.js';
import { houseTime } from './clock.js';
import { graphql, type ResultOf } from './graphql.js';
import { newCommandId } from './ids.js';

const QUESTION = graphql(`
  fragment Question on Question @_unmask {
    auctionId title questionNumber askerId question askedAt answer answeredAt hideReason
  }
`);
const QUESTIONS = graphql(
  `query Questions($id: ID!) { questions(auctionId: $id, limit: 200) { rows { ...Question } } }`,
  [QUESTION],
);
const TO_ANSWER = graphql(`query ToAnswer { questionsToAnswer { ...Question } }`, [QUESTION]);
const FEEDBACK = graphql(`
  query Feedback($id: ID!) {
    user(id: $id) { username rating isVerified registeredAt }
    feedbackCounts(userId: $id) { positive neutral negative }
    feedbackAbout(userId: $id, limit: 100) {
      rows {
        auctionId transactionNumber side title giverId giverName aboutId rating feedback givenAt reply repliedAt hideReason
      }
    }
  }
`);
const DUE = graphql(`query Due { feedbackDue { auctionId transactionNumber side title aboutId settledAt } }`);
const RATING = graphql(`query Rating($id: ID!) { user(id: $id) { username rating } }`);

export type Question = ResultOf<typeof QUESTION>;
export type Feedback = ResultOf<typeof FEEDBACK>['feedbackAbout']['rows'][number];
export type Due = ResultOf<typeof DUE>['feedbackDue'][number];

export const questionsOf = async (id: string) => (await ask(QUESTIONS, { id })).questions.rows;
export const questionsToAnswer = async () => (await ask(TO_ANSWER, {})).questionsToAnswer;
export const feedbackAbout = (id: string) => ask(FEEDBACK, { id });
export const feedbackDue = async () => (await ask(DUE, {})).feedbackDue;
export const ratingOf = async (id: string) => (await ask(RATING, { id })).user;

const REFUSAL = '{ __typename ... on Refusal { message } }';
type Answer = Readonly<{ answer: Readonly<{ message?: string }> }>;

/** A command by its name; resolves to null, or to why it was not done. */
const command =
  <Input extends object>(name: string, input: string) =>
  async (fields: Input): Promise<string | null> => {
    const text = `mutation Say($input: ${input}!) { answer: ${name}(input: $input) ${REFUSAL} }`;
    const variables = { input: { commandId: newCommandId(houseTime()), ...fields } };
    const { answer } = await askText<Answer>(text, variables);
    return answer.message ?? null;
  };

type OfQuestion = Pick<Question, 'auctionId' | 'questionNumber'>;
type OfSale = Pick<Due, 'auctionId' | 'transactionNumber'>;

export const askQuestion = command<{ auctionId: string; text: string }>('askQuestion', 'AskQuestionInput');
export const answerQuestion = command<OfQuestion & { text: string }>('answerQuestion', 'AnswerQuestionInput');
export const hideQuestion = command<OfQuestion & { reason: string }>('hideQuestion', 'HideQuestionInput');
export const giveFeedback = command<OfSale & { rating: Feedback['rating']; text: string }>(
  'giveFeedback',
  'GiveFeedbackInput',
);
export const replyToFeedback = command<OfSale & Pick<Feedback, 'side'> & { text: string }>(
  'replyToFeedback',
  'ReplyToFeedbackInput',
);
export const hideFeedback = command<OfSale & Pick<Feedback, 'side'> & { reason: string }>(
  'hideFeedback',
  'HideFeedbackInput',
);
