// The inside of the house in the GraphQL schema. For staff alone (access.ts).

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
  erasedUsers: [ID!]!`;

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
