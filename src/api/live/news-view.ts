// News as they go out: amounts as text, times as ISO 8601.
import { isoTime } from '../../domain/time.js';
import type { News } from '../../live/news.queries.js';

/** A piece of news as a type of the schema. */
export function newsView(news: News): object {
  const about = { __typename: news.kind, auctionId: news.auctionId, revision: news.revision, at: isoTime(news.at) };
  switch (news.kind) {
    case 'Outbid': {
      const { currency, currentPrice, minimumNextBid } = news;
      return { ...about, currency, currentPrice: `${currentPrice}`, minimumNextBid: `${minimumNextBid}` };
    }
    case 'Won':
    case 'Sold':
      return { ...about, currency: news.currency, hammerPrice: `${news.hammerPrice}` };
    case 'Passed':
      return { ...about, reason: news.reason };
    case 'Extended':
      return { ...about, closesAt: isoTime(news.closesAt) };
    case 'Invoiced': {
      const { transactionNumber, currency, amountDue, paymentDueAt } = news;
      return { ...about, transactionNumber, currency, amountDue: `${amountDue}`, paymentDueAt: isoTime(paymentDueAt) };
    }
    case 'Paid': {
      const { transactionNumber, currency, amount } = news;
      return { ...about, transactionNumber, currency, amount: `${amount}` };
    }
    case 'BidVoided':
    case 'RetractionRefused':
      return { ...about, bidNumber: news.bidNumber, reason: news.reason };
    case 'RetractionGranted':
      return { ...about, bidNumber: news.bidNumber };
    case 'Offered': {
      const { offerNumber, currency, offeredPrice, expiresAt } = news;
      return { ...about, offerNumber, currency, offeredPrice: `${offeredPrice}`, expiresAt: isoTime(expiresAt) };
    }
  }
}
