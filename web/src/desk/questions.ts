// What staff ask, and what they tell the house to do.
import type { TadaDocumentNode } from 'gql.tada';
import { ask } from '../house/ask.js';
import { houseTime } from '../house/clock.js';
import { graphql, type ResultOf, type VariablesOf } from '../house/graphql.js';
import { newCommandId } from '../house/ids.js';

const USER = graphql(`fragment Account on User @_unmask { userId username rating isVerified status registeredAt }`);
export type Account = ResultOf<typeof USER>;
const USERS = graphql(
  `query Users($text: String, $status: UserStatus, $cursor: String) {
    users(text: $text, status: $status, limit: 50, cursor: $cursor) { next rows { ...Account } }
  }`,
  [USER],
);
export type UsersAsked = Omit<VariablesOf<typeof USERS>, 'cursor'>;
export const users = async (asked: UsersAsked, cursor: string | null) => (await ask(USERS, { ...asked, cursor })).users;

const CASE = graphql(`
  fragment Case on FraudCase @_unmask {
    caseId sellerId origin status openedAt openings assigneeId accounts flaggedAuctions score revision
  }
`);
export type FraudCase = ResultOf<typeof CASE>;
const CASES = graphql(
  `query Cases($status: FraudCaseStatus, $cursor: String) {
    fraudCases(status: $status, limit: 50, cursor: $cursor) { next rows { ...Case } }
  }`,
  [CASE],
);
export type CaseStatus = FraudCase['status'];
export const cases = async (status: CaseStatus, cursor: string | null) =>
  (await ask(CASES, { status, cursor })).fraudCases;
export const CASES_LIVE = graphql(`subscription CasesLive { fraudCaseChanged { ...Case } }`, [CASE]);

const ONE_CASE = graphql(`
  query OneCase($id: ID!) {
    fraudCase(id: $id) {
      caseId sellerId origin status openedAt openings assigneeId decidedAt decidedBy decisionReason score revision
      modelVersion
      named { bidderId flaggedAuctions auctions concentration score reasons verdict }
      bonds { first second together apart }
      entries { revision kind byId note at }
    }
  }
`);
export type CaseDetail = NonNullable<ResultOf<typeof ONE_CASE>['fraudCase']>;
export const oneCase = async (id: string) => (await ask(ONE_CASE, { id })).fraudCase;

const ALERT = graphql(`
  fragment OneAlert on Alert @_unmask {
    alertId kind subject severity detail means todo runbook raisedAt lastSeenAt escalatedAt acknowledgedAt
    acknowledgedBy clearedAt silencedUntil
  }
`);
export type Alert = ResultOf<typeof ALERT>;
const ALERTS = graphql(
  `query Alerts($open: Boolean, $cursor: String) {
    alerts(open: $open, limit: 50, cursor: $cursor) { next rows { ...OneAlert } }
  }`,
  [ALERT],
);
export const alerts = async (open: boolean | null, cursor: string | null) =>
  (await ask(ALERTS, { open, cursor })).alerts;
export const ALERTS_LIVE = graphql(`subscription AlertsLive { alertChanged { ...OneAlert } }`, [ALERT]);

const AUDIT = graphql(`
  query Audit($actorId: ID, $act: String, $from: Time, $to: Time, $cursor: String) {
    auditLog(actorId: $actorId, act: $act, from: $from, to: $to, limit: 50, cursor: $cursor) {
      next
      rows { at act actorId account subject detail reason streamId revision }
    }
  }
`);
export type AuditEntry = ResultOf<typeof AUDIT>['auditLog']['rows'][number];
export type AuditAsked = Omit<VariablesOf<typeof AUDIT>, 'cursor'>;
export const auditLog = async (asked: AuditAsked, cursor: string | null) =>
  (await ask(AUDIT, { ...asked, cursor })).auditLog;

const STATE = graphql(`
  query HouseState { houseState { at eventsRecorded consumers { name lag parkedStreams movedAt } } }
`);
export type HouseState = ResultOf<typeof STATE>['houseState'];
export const houseState = async () => (await ask(STATE, {})).houseState;

const PARKED = graphql(`
  query Parked { parkedStreams { consumer streamId revision eventType reason parkedAt waiting } }
`);
export const parkedStreams = async () => (await ask(PARKED, {})).parkedStreams;

const RUNS = graphql(`
  query Runs($kind: RunKind) {
    runs(kind: $kind, limit: 20) {
      next
      rows { runId kind state coversFrom coversTo startedAt endedAt problem counts { name value } }
    }
  }
`);
export type Run = ResultOf<typeof RUNS>['runs']['rows'][number];
export const runs = async (kind: Run['kind'] | null) => (await ask(RUNS, { kind })).runs.rows;

const ERASED = graphql(`query Erased { erasedUsers }`);
export const erasedUsers = async () => (await ask(ERASED, {})).erasedUsers;

const PROPOSALS = graphql(`
  query Proposals {
    voidingProposals(status: PENDING, limit: 50) {
      rows { auctionId bidNumber bidderId reason proposedBy proposedAt closesAt }
    }
  }
`);
export const proposals = async () => (await ask(PROPOSALS, {})).voidingProposals.rows;

const REQUESTS = graphql(`
  query Requests {
    retractionRequests(status: PENDING, limit: 50) { rows { auctionId bidNumber bidderId reason requestedAt closesAt } }
  }
`);
export const requests = async () => (await ask(REQUESTS, {})).retractionRequests.rows;

const WAITING = graphql(`
  query Waiting {
    fraudCases(status: OPEN, limit: 50) { next rows { caseId } }
    alerts(open: true, limit: 50) { next rows { alertId acknowledgedAt } }
    voidingProposals(status: PENDING, limit: 50) { next rows { bidNumber } }
    retractionRequests(status: PENDING, limit: 50) { next rows { bidNumber } }
    parkedStreams { streamId }
  }
`);
export const waiting = () => ask(WAITING, {});

// Commands. Each answers null once it is done, else why it is not.
const SUSPEND = graphql(
  `mutation Suspend($input: SuspendUserInput!) { answer: suspendUser(input: $input) { __typename ... on Refusal { message } } }`,
);
const REINSTATE = graphql(
  `mutation Reinstate($input: AccountReasonInput!) { answer: reinstateUser(input: $input) { __typename ... on Refusal { message } } }`,
);
const VERIFY = graphql(
  `mutation Verify($input: AccountInput!) { answer: verifyUser(input: $input) { __typename ... on Refusal { message } } }`,
);
const RATE = graphql(
  `mutation Rate($input: RateUserInput!) { answer: rateUser(input: $input) { __typename ... on Refusal { message } } }`,
);
const ERASE = graphql(
  `mutation Erase($input: AccountInput!) { answer: eraseUser(input: $input) { __typename ... on Refusal { message } } }`,
);
const CANCEL = graphql(
  `mutation Cancel($input: AuctionReasonInput!) { answer: cancelAuction(input: $input) { __typename ... on Refusal { message } } }`,
);
const WITHDRAW = graphql(
  `mutation Withdraw($input: AuctionReasonInput!) { answer: withdrawAuction(input: $input) { __typename ... on Refusal { message } } }`,
);
const PROPOSE = graphql(
  `mutation Propose($input: BidReasonInput!) { answer: proposeVoiding(input: $input) { __typename ... on Refusal { message } } }`,
);
const VOID = graphql(
  `mutation Void($input: BidInput!) { answer: voidBid(input: $input) { __typename ... on Refusal { message } } }`,
);
const GRANT = graphql(
  `mutation Grant($input: BidInput!) { answer: grantRetraction(input: $input) { __typename ... on Refusal { message } } }`,
);
const REFUSE = graphql(
  `mutation Refuse($input: BidReasonInput!) { answer: refuseRetraction(input: $input) { __typename ... on Refusal { message } } }`,
);
const ASSIGN = graphql(
  `mutation Assign($input: AssignFraudCaseInput!) { answer: assignFraudCase(input: $input) { __typename ... on Refusal { message } } }`,
);
const NOTE = graphql(
  `mutation Note($input: NoteFraudCaseInput!) { answer: noteFraudCase(input: $input) { __typename ... on Refusal { message } } }`,
);
const DISMISS = graphql(
  `mutation Dismiss($input: FraudCaseReasonInput!) { answer: dismissFraudCase(input: $input) { __typename ... on Refusal { message } } }`,
);
const CONFIRM = graphql(
  `mutation Confirm($input: FraudCaseReasonInput!) { answer: confirmFraudCase(input: $input) { __typename ... on Refusal { message } } }`,
);

type Judged = Readonly<{ answer: Readonly<{ __typename: string; message?: string }> }>;

/** A command under a fresh id. Null once it is accepted; else why not, in a sentence. */
const command =
  <Result extends Judged, Input extends { commandId?: string | null }>(
    document: TadaDocumentNode<Result, { input: Input }>,
  ) =>
  async (input: Omit<Input, 'commandId'>): Promise<string | null> => {
    const whole = { ...input, commandId: newCommandId(houseTime()) } as Input;
    const { answer } = await ask(document, { input: whole });
    return answer.message ?? null;
  };

export const suspend = command(SUSPEND);
export const reinstate = command(REINSTATE);
export const verify = command(VERIFY);
export const rate = command(RATE);
export const erase = command(ERASE);
export const cancelLot = command(CANCEL);
export const withdrawLot = command(WITHDRAW);
export const proposeVoiding = command(PROPOSE);
export const voidBid = command(VOID);
export const grantRetraction = command(GRANT);
export const refuseRetraction = command(REFUSE);
export const assignCase = command(ASSIGN);
export const noteCase = command(NOTE);
export const dismissCase = command(DISMISS);
export const confirmCase = command(CONFIRM);

const ACKNOWLEDGE = graphql(`mutation Acknowledge($id: ID!) { acknowledgeAlert(alertId: $id) { alertId } }`);
export const acknowledge = async (id: string): Promise<string | null> => {
  await ask(ACKNOWLEDGE, { id });
  return null;
};
const SILENCE = graphql(`mutation Silence($input: SilenceAlertsInput!) { silenceAlerts(input: $input) { until } }`);
export const silence = async (input: VariablesOf<typeof SILENCE>['input']): Promise<string | null> => {
  await ask(SILENCE, { input });
  return null;
};
const REPLAY = graphql(`
  mutation Replay($consumer: String!, $streamId: String!) {
    replayParkedStream(consumer: $consumer, streamId: $streamId) { status events reason }
  }
`);
export const replay = async (consumer: string, streamId: string) =>
  (await ask(REPLAY, { consumer, streamId })).replayParkedStream;
