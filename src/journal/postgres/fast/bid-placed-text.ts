// The stored text of a bid, written byte by byte into its row. It is the text that `encodeEvent` gives
// (test/journal/postgres/fast).
import type { BidPlaced } from '../../../domain/auction/auction.events.js';
import type { TextBuffer } from '../../../postgres/text-buffer.js';

/** Appends the text of a bid. No string in it needs escaping: ids and codes are of closed alphabets. */
export function writeBidPlaced(text: TextBuffer, e: BidPlaced): void {
  text.ascii('{"type":"BidPlaced","bidNumber":').integer(e.bidNumber);
  text.ascii(',"bidderId":"').ascii(e.bidderId).ascii('","bidType":"').ascii(e.bidType);
  text.ascii('","maximum":"').bigint(e.maximum).ascii('","currency":"').ascii(e.currency);
  text.ascii('","placedAt":').integer(e.placedAt).ascii(',"userRevision":').integer(e.userRevision);
  text.ascii(',"currentPrice":"').bigint(e.currentPrice);
  if (e.leaderId === null) text.ascii('","leaderId":null');
  else text.ascii('","leaderId":"').ascii(e.leaderId).ascii('"');
  text.ascii(',"leadingBid":');
  if (e.leadingBid === null) text.ascii('null');
  else text.integer(e.leadingBid);
  text.ascii(',"bidCount":').integer(e.bidCount).ascii(',"minimumNextBid":"').bigint(e.minimumNextBid);
  text.ascii(e.reserveMet ? '","reserveMet":true}' : '","reserveMet":false}');
}
