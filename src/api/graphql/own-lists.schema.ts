// Watch lists and saved searches in the GraphQL schema.
import { SEARCHES_MAX, WATCHED_MAX } from '../../own-lists/own-lists.js';

/** Its part of the queries; `page` is what every list takes. */
export const ownListFields = (page: string): string => /* GraphQL */ `
  "The lots that you watch, the latest first: at most ${WATCHED_MAX}."
  myWatchList: [Auction!]!
  "Your saved searches, by their names: at most ${SEARCHES_MAX}."
  mySavedSearches: [SavedSearch!]!
  "What one of your saved searches finds now."
  savedSearch(searchId: ID!, ${page}): AuctionPage!`;

export const OWN_LISTS_TEXT = /* GraphQL */ `
type SavedSearch {
  searchId: ID!
  name: String!
  status: AuctionStatus
  category: String
  sellerId: ID
  text: String
  sort: AuctionSort!
  savedAt: Time!
}

input SaveSearchInput {
  "1 to 60 characters; each of your searches has another."
  name: String!
  "As for auctions, but for closesBefore: a time passes."
  filter: AuctionFilter!
  sort: AuctionSort = CLOSING_SOONEST
}

extend type Mutation {
  "Puts a lot on your watch list. Once more changes nothing."
  watchLot(auctionId: ID!): Boolean!
  "Takes a lot off your watch list; false where it was not on it."
  unwatchLot(auctionId: ID!): Boolean!
  "Keeps what the list of auctions is asked for under a name."
  saveSearch(input: SaveSearchInput!): SavedSearch!
  "False where you have no such search."
  removeSavedSearch(searchId: ID!): Boolean!
}
`;
