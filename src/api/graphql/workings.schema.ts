// The inside of the house in the GraphQL schema, and what happens in it now. For staff and analysts (access.ts).

export const WORKINGS_ENUMS = {
  ReplayStatus: { REPLAYED: 'replayed', NOT_PARKED: 'not parked', STILL_POISONED: 'still poisoned' },
} as const;

/** The fields of `Query`; `page` is how lists are asked for. */
export const workingsFields = (page: string): string => `
  "Accounts, those that registered last first."
  users(
    status: UserStatus
    "An account's id, or part of its username in any case. Names are kept encrypted: a page looks through 1,000 accounts, and \`next\` goes on behind them, so that a page may be empty and not the last."
    text: String
    ${page}
  ): UserPage!
  "How far the house's consumers are, and how much is on record."
  houseState: HouseState!
  "Streams that a consumer cannot apply any further, the longest parked first."
  parkedStreams: [ParkedStream!]!
  "The ids of everybody who was erased."
  erasedUsers: [ID!]!
  "What happens now. Null is any; a category counts as its seller wrote it."
  liveFigures(category: String, currency: Currency): LiveFigures!`;

export const WORKINGS_TEXT = /* GraphQL */ `
type UserPage { rows: [User!]! next: String }
type HouseState {
  at: Time!
  "Digits. All events so far: asked twice, it tells what is recorded meanwhile. Null where positions do not tell."
  eventsRecorded: String
  consumers: [ConsumerState!]!
}
type ConsumerState {
  name: String!
  "Events that it lacks; null where positions do not tell."
  lag: Int
  parkedStreams: Int!
  "When its checkpoint moved last."
  movedAt: Time!
}
type ParkedStream {
  consumer: String!
  streamId: String!
  "The event that cannot be applied."
  revision: Int!
  eventType: String!
  "Without any value of the event."
  reason: String!
  parkedAt: Time!
  "Events that wait, that one included."
  waiting: Int!
}
type LiveFigures {
  at: Time!
  openAuctions: Int!
  "In the last hour, as what follows."
  bids: Int!
  "Above 0.5 of 1 by the score. A reason to look, never a verdict."
  flaggedBids: Int!
  "Minutes without a bid have no row."
  byMinute: [MinuteBids!]!
  "The most first."
  refusals: [RefusedFor!]!
}
type MinuteBids { minute: Time! bids: Int! }
type RefusedFor { reason: String! refusals: Int! }
type Replay {
  status: ReplayStatus!
  "How many events were applied."
  events: Int
  "Why it stays parked."
  reason: String
}

extend type Mutation {
  "Apply what waits in a parked stream and free it; or change nothing and say why."
  replayParkedStream(consumer: String!, streamId: String!): Replay!
}
`;
