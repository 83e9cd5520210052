// The way in for producers of their own (a web site, tills, devices), who write to Kafka without asking the API: which
// topic takes which command, and the port behind which the edge reads and admits what they ask for.
import type { Command } from '../domain/messages.js';
import type { CommandEnvelope } from './command-bus.js';

export type InboundTopic = 'bids' | 'items' | 'users' | 'txn';

/**
 * Where each command travels. All that moves an auction's bidding or ends it goes with the bids, so that what is queued
 * behind a close is late and what is queued before it is not.
 */
export const TOPIC_OF: Readonly<Record<Command['type'], InboundTopic>> = {
  PlaceBid: 'bids',
  OpenLot: 'bids',
  AskPrice: 'bids',
  TakeBid: 'bids',
  GiveFairWarning: 'bids',
  Hammer: 'bids',
  PassLot: 'bids',
  UndoCall: 'bids',
  BuyNow: 'bids',
  RetractBid: 'bids',
  RequestRetraction: 'bids',
  GrantRetraction: 'bids',
  RefuseRetraction: 'bids',
  ProposeVoiding: 'bids',
  VoidBid: 'bids',
  CloseAuction: 'bids',
  DeferClosing: 'bids',
  MoveLotClosing: 'bids',
  AnnounceOpening: 'bids',
  ListAuction: 'items',
  CancelAuction: 'items',
  WithdrawAuction: 'items',
  RelistAuction: 'items',
  ListRelistedAuction: 'items',
  ListLot: 'items',
  RecordHallResult: 'items',
  DraftSale: 'items',
  ReviseSale: 'items',
  AddLot: 'items',
  RenumberLot: 'items',
  WithdrawLot: 'items',
  PublishSale: 'items',
  OpenSale: 'items',
  CloseSale: 'items',
  CancelSale: 'items',
  RequestPaddle: 'items',
  GivePaddle: 'items',
  RefusePaddle: 'items',
  IssueInvoice: 'txn',
  IssueDocument: 'txn',
  PreparePayoutRun: 'txn',
  ApprovePayoutRun: 'txn',
  DiscardPayoutRun: 'txn',
  RecordPayment: 'txn',
  RecordPaymentFailure: 'txn',
  DeclareOverdue: 'txn',
  RefundPayment: 'txn',
  RecordDispute: 'txn',
  SettleTransaction: 'txn',
  RecordPayoutReturn: 'txn',
  OfferSecondChance: 'txn',
  AcceptSecondChance: 'txn',
  DeclineSecondChance: 'txn',
  ExpireSecondChance: 'txn',
  AskQuestion: 'items',
  AnswerQuestion: 'items',
  HideQuestion: 'items',
  GiveFeedback: 'txn',
  ReplyToFeedback: 'txn',
  HideFeedback: 'txn',
  RegisterUser: 'users',
  ChangePersonalData: 'users',
  RequestEmailVerification: 'users',
  ConfirmEmail: 'users',
  ChooseMail: 'users',
  StateTaxPosition: 'users',
  JudgeTaxNumber: 'users',
  StateBankAccount: 'users',
  VerifyUser: 'users',
  RateUser: 'users',
  SuspendUser: 'users',
  ReinstateUser: 'users',
  EraseUser: 'users',
  OpenFraudCase: 'users',
  DrawFraudSample: 'users',
  AssignFraudCase: 'users',
  NoteFraudCase: 'users',
  DismissFraudCase: 'users',
  ConfirmFraudCase: 'users',
};

/** Why a message cannot become a command. Each goes to the dead letters, and stops nothing. */
export type DeadReason =
  | 'Empty'
  | 'TooLarge'
  | 'NotJson'
  | 'UnknownVersion'
  | 'Malformed'
  | 'WrongTopic'
  | 'NotAuthenticated'
  | 'NotAllowed'
  | 'CannotBeJudged';

/** `detail` is a sentence that names what is wrong, without repeating what the message holds. */
export type Refused = Readonly<{ admitted: false; reason: DeadReason; detail: string }>;
export type Admission = Readonly<{ admitted: true; envelope: CommandEnvelope }> | Refused;

export interface Ingress {
  /**
   * Reads a message that was not signed by the house itself: who sends it is told by the token in it, and what that
   * person may ask for by the same roles as over REST. Rejects only while the keys of tokens cannot be had.
   */
  admit(topic: InboundTopic, message: unknown): Promise<Admission>;
}

export const refused = (reason: DeadReason, detail: string): Refused => ({ admitted: false, reason, detail });
