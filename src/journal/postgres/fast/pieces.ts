// The pieces that the fast writer is made of, so that `bench:journal` can leave out one at a time and tell what it buys.
import { ROWS_A_COPY } from '../../../postgres/binary-copies.js';

export type FastPieces = Readonly<{
  /** Streams are remembered between transactions, and a whole append is sent in one exchange, without a look. */
  oneExchange: boolean;
  /** Transactions in flight at once, each behind the one before. */
  inFlightMax: number;
  /** Keys of new streams are drawn ahead, so that an append that brings one needs no look. */
  keysAhead: boolean;
  /** Rows in one COPY. */
  rowsPerCopy: number;
  /** The text of a bid is written byte by byte, not by `JSON.stringify`. */
  bidsByHand: boolean;
  /** Buffers of rows are used again. */
  buffersAgain: boolean;
  /** An appended event's text and hash are made again for whoever asks, not kept. */
  textOnDemand: boolean;
}>;

export const ALL_PIECES: FastPieces = {
  oneExchange: true,
  inFlightMax: 2,
  keysAhead: true,
  rowsPerCopy: ROWS_A_COPY,
  bidsByHand: true,
  buffersAgain: true,
  textOnDemand: true,
};
