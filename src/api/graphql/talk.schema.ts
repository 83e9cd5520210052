// Questions and feedback in the GraphQL schema.
export const TALK_ENUMS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  FeedbackRating: { POSITIVE: 'positive', NEUTRAL: 'neutral', NEGATIVE: 'negative' },
  FeedbackSide: { BUYER: 'buyer', SELLER: 'seller' },
};

/** Its part of the queries; `page` is what every list takes. */
export const talkFields = (page: string): string => /* GraphQL */ `
  "Questions about an auction: those that are answered; your own, and those to you as its seller, before that too."
  questions(auctionId: ID!, ${page}): QuestionPage!
  "What you have been asked about open lots of yours and have not answered: the first 200."
  questionsToAnswer: [Question!]!
  "Feedback about somebody, the latest first."
  feedbackAbout(userId: ID!, ${page}): FeedbackPage!
  "Of the last twelve months."
  feedbackCounts(userId: ID!): FeedbackCounts!
  "Settled sales of yours that wait for feedback: the latest 200."
  feedbackDue: [FeedbackDue!]!`;

export const TALK_TYPES = /* GraphQL */ `
type Question {
  auctionId: ID!
  title: String!
  questionNumber: Int!
  askerId: ID!
  question: String!
  askedAt: Time!
  answer: String
  answeredAt: Time
  "Why staff took it out of sight. Told to staff and its asker alone, who are the ones that see it still."
  hideReason: String
}
type Feedback {
  auctionId: ID!
  transactionNumber: Int!
  "Who gives it."
  side: FeedbackSide!
  title: String!
  giverId: ID!
  "Null for an account that was erased."
  giverName: String
  aboutId: ID!
  rating: FeedbackRating!
  feedback: String!
  givenAt: Time!
  reply: String
  repliedAt: Time
  "Why staff took it out of sight. Told to staff and its giver alone, who are the ones that see it still."
  hideReason: String
}
type FeedbackCounts { positive: Int! neutral: Int! negative: Int! }
type FeedbackDue {
  auctionId: ID!
  transactionNumber: Int!
  "Who you are in it."
  side: FeedbackSide!
  title: String!
  aboutId: ID!
  settledAt: Time!
}
type QuestionPage { rows: [Question!]! next: String }
type FeedbackPage { rows: [Feedback!]! next: String }
`;
