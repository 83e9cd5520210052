// One aggregate in memory: an immutable state in a holder that moves from revision to revision. The engine judges on it
// before the append is durable; where the append fails, the holder is thrown away and loaded anew, never rolled back.
//
// It is in one of these states, and never goes back:
//   current  as the journal has it, or will have it once the rounds in flight are durable.
//   stale    somebody else wrote, or a judgement broke it: it is not what the journal has.
//   failed   the journal failed while something that was judged on it was to be written.
import type { Facts } from '../domain/actor.js';
import type { AuctionCommand } from '../domain/auction/auction.commands.js';
import type { AuctionEvent } from '../domain/auction/auction.events.js';
import { type Auction, decide as decideAuction, evolve as evolveAuction, unlisted } from '../domain/auction/auction.js';
import { type Parties, partiesOf } from '../domain/auction/parties.js';
import type { Decision } from '../domain/decision.js';
import type { IssueDocument } from '../domain/documents/document.commands.js';
import type { DocumentIssued } from '../domain/documents/document.events.js';
import {
  decide as decideDocument,
  evolve as evolveSeries,
  type Series,
  unnumbered,
} from '../domain/documents/series.js';
import type { FraudCaseCommand } from '../domain/fraud/fraud-case.commands.js';
import type { FraudCaseEvent } from '../domain/fraud/fraud-case.events.js';
import { decide as decideCase, evolve as evolveCase, type FraudCase, unopened } from '../domain/fraud/fraud-case.js';
import type { SaleId } from '../domain/ids.js';
import {
  type AggregateKey,
  type AggregateRef,
  aggregateKey,
  auctionStream,
  type Command,
  caseRefusalsStream,
  caseStream,
  type DomainEvent,
  hallRefusalsStream,
  hallStream,
  payoutRefusalsStream,
  payoutStream,
  refusalsStream,
  type StreamId,
  saleRefusalsStream,
  saleStream,
  seriesRefusalsStream,
  seriesStream,
  userRefusalsStream,
  userStream,
} from '../domain/messages.js';
import type { PayoutRunEvent } from '../domain/payout/payout-run.events.js';
import {
  decide as decidePayouts,
  evolve as evolvePayouts,
  type PayoutRun,
  type PayoutRunCommand,
  unprepared,
} from '../domain/payout/payout-run.js';
import type { Rejection } from '../domain/refusal.events.js';
import type { RecordHallResult } from '../domain/sale/hall-result.commands.js';
import type { HallEvent } from '../domain/sale/hall-result.events.js';
import { decide as decideHall, evolve as evolveHall, type HallLot, unrecorded } from '../domain/sale/hall-result.js';
import type { SaleCommand } from '../domain/sale/sale.commands.js';
import type { SaleEvent } from '../domain/sale/sale.events.js';
import { decide as decideSale, evolve as evolveSale, type Sale, undrafted } from '../domain/sale/sale.js';
import type { Instant } from '../domain/time.js';
import type { UserCommand } from '../domain/user/user.commands.js';
import type { UserEvent } from '../domain/user/user.events.js';
import { decide as decideUser, evolve as evolveUser, type User, unregistered } from '../domain/user/user.js';
import { NO_STREAM, type Revision } from '../journal/journal.js';

/** What an aggregate is and where it stands: `auction`, `user`, `sale`, `hall`, `case`, `series` or `payout`, its state in the same-named field. */
export type AggregateState =
  | Readonly<{ kind: 'auction'; auction: Auction }>
  | Readonly<{ kind: 'user'; user: User }>
  | Readonly<{ kind: 'sale'; sale: Sale }>
  | Readonly<{ kind: 'hall'; hall: HallLot }>
  | Readonly<{ kind: 'case'; case: FraudCase }>
  | Readonly<{ kind: 'series'; series: Series }>
  | Readonly<{ kind: 'payout'; payout: PayoutRun }>;

/** An aggregate as it stood at a revision. */
export type AggregatePoint = Readonly<Pick<Aggregate, 'revision' | 'state' | 'judgedAt'>>;

export class Aggregate {
  readonly streamId: StreamId;
  readonly refusalsId: StreamId;
  /** Last revisions of its stream and of its refusals stream, as this process knows them. */
  revision: Revision = NO_STREAM;
  refusalsRevision: Revision = NO_STREAM;
  /** The last judged time: no later command is judged by an earlier one. */
  judgedAt: Instant | null = null;
  /** The revision that the newest kept snapshot covers. */
  snapshotRevision: Revision = NO_STREAM;
  /** What it counts for in the cache, and whether it is there. */
  weight = 1;
  isCached = false;
  private validity: 'current' | 'stale' | 'failed' = 'current';

  private constructor(
    readonly key: AggregateKey,
    owner: Readonly<{ streamId: StreamId; refusalsId: StreamId }>,
    public state: AggregateState,
  ) {
    this.streamId = owner.streamId;
    this.refusalsId = owner.refusalsId;
  }

  /** The aggregate that a command is for, before its first event. */
  static blank(command: AggregateRef): Aggregate {
    const key = aggregateKey(command);
    if ('auctionId' in command) {
      const { auctionId: id } = command;
      const streams = { streamId: auctionStream(id), refusalsId: refusalsStream(id) };
      return new Aggregate(key, streams, { kind: 'auction', auction: unlisted });
    }
    if ('saleId' in command) {
      const { saleId: id } = command;
      const streams = { streamId: saleStream(id), refusalsId: saleRefusalsStream(id) };
      return new Aggregate(key, streams, { kind: 'sale', sale: undrafted });
    }
    if ('hallResultId' in command) {
      const { hallResultId: id } = command;
      const streams = { streamId: hallStream(id), refusalsId: hallRefusalsStream(id) };
      return new Aggregate(key, streams, { kind: 'hall', hall: unrecorded });
    }
    if ('caseId' in command) {
      const { caseId: id } = command;
      const streams = { streamId: caseStream(id), refusalsId: caseRefusalsStream(id) };
      return new Aggregate(key, streams, { kind: 'case', case: unopened });
    }
    if ('seriesId' in command) {
      const { seriesId: id } = command;
      const streams = { streamId: seriesStream(id), refusalsId: seriesRefusalsStream(id) };
      return new Aggregate(key, streams, { kind: 'series', series: unnumbered });
    }
    if ('payoutRunId' in command) {
      const { payoutRunId: id } = command;
      const streams = { streamId: payoutStream(id), refusalsId: payoutRefusalsStream(id) };
      return new Aggregate(key, streams, { kind: 'payout', payout: unprepared });
    }
    const { userId: id } = command;
    const streams = { streamId: userStream(id), refusalsId: userRefusalsStream(id) };
    return new Aggregate(key, streams, { kind: 'user', user: unregistered });
  }

  /** The sale whose paddles bids here need; null where they need none. */
  get saleOfPaddles(): SaleId | null {
    if (this.state.kind !== 'auction' || this.state.auction.status === 'unlisted') return null;
    const { lot } = this.state.auction.listing;
    return lot?.needsPaddle === true ? lot.saleId : null;
  }

  /** Buyer and seller of the sale that the command would make; null where it makes none. */
  partiesOf(command: Command): Parties | null {
    return this.state.kind === 'auction' ? partiesOf(command as AuctionCommand, this.state.auction) : null;
  }

  get isCurrent(): boolean {
    return this.validity === 'current';
  }

  get hasFailed(): boolean {
    return this.validity === 'failed';
  }

  /** Nothing that was judged on it may be written from now on. A fault stays one. */
  invalidate(as: 'stale' | 'failed'): void {
    if (this.validity !== 'failed') this.validity = as;
  }

  /** Judges a command; nothing changes until its events are applied. Throws only on a broken invariant. */
  decide(command: Command, facts: Facts): Decision<DomainEvent, Rejection> {
    switch (this.state.kind) {
      case 'auction':
        return decideAuction(command as AuctionCommand, this.state.auction, facts);
      case 'user':
        return decideUser(command as UserCommand, this.state.user, facts);
      case 'sale':
        return decideSale(command as SaleCommand, this.state.sale, facts);
      case 'hall':
        return decideHall(command as RecordHallResult, this.state.hall, facts);
      case 'case':
        return decideCase(command as FraudCaseCommand, this.state.case, facts);
      case 'series':
        return decideDocument(command as IssueDocument, this.state.series, facts);
      case 'payout':
        return decidePayouts(command as PayoutRunCommand, this.state.payout, facts);
    }
  }

  /** Moves on by one event, which takes the next revision. Throws on an event that cannot follow. */
  apply(event: DomainEvent, occurredAt: Instant): void {
    this.state = evolved(this.state, event);
    this.revision += 1;
    this.judgedAt = occurredAt;
  }
}

function evolved(state: AggregateState, event: DomainEvent): AggregateState {
  switch (state.kind) {
    case 'auction':
      return { kind: 'auction', auction: evolveAuction(state.auction, event as AuctionEvent) };
    case 'user':
      return { kind: 'user', user: evolveUser(state.user, event as UserEvent) };
    case 'sale':
      return { kind: 'sale', sale: evolveSale(state.sale, event as SaleEvent) };
    case 'hall':
      return { kind: 'hall', hall: evolveHall(state.hall, event as HallEvent) };
    case 'case':
      return { kind: 'case', case: evolveCase(state.case, event as FraudCaseEvent) };
    case 'series':
      return { kind: 'series', series: evolveSeries(state.series, event as DocumentIssued) };
    case 'payout':
      return { kind: 'payout', payout: evolvePayouts(state.payout, event as PayoutRunEvent) };
  }
}
