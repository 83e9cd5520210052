// A fraud case: one seller and the bidders who look as if they bid for that seller. `decide` judges what is asked of it,
// `evolve` applies what happened. There is one case a seller for good: evidence opens it, people decide it, more evidence opens
// it again. So the same evidence never opens two, however often and in whatever portions it is told.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import { idOf, isHouse, isSelf, isStaff } from '../permissions.js';
import { type TextLimits, textProblem } from '../text.js';
import type { DrawFraudSample, FraudCaseCommand, FraudCaseRejection, OpenFraudCase } from './fraud-case.commands.js';
import type { Evidence, FraudCaseEvent, Mute } from './fraud-case.events.js';

/** An account of a case. The case takes notice of it from `noticedFrom` flagged auctions on. */
export type CaseAccount = Readonly<{ bidderId: UserId; flaggedAuctions: number; noticedFrom: number }>;

export type KnownCase = Readonly<{
  status: 'open' | 'dismissed' | 'confirmed';
  sellerId: UserId;
  assigneeId: UserId | null;
  accounts: readonly CaseAccount[];
}>;
export type FraudCase = Readonly<{ status: 'unopened' }> | KnownCase;

/** Every case before its first event. */
export const unopened: FraudCase = { status: 'unopened' };

/**
 * After a decision an account is muted until it was flagged in so many more auctions of the seller. A rule of this house's own:
 * fewer are what led to the decision, seen again; a shill who goes on reaches three within days.
 */
export const REOPENS_AFTER_AUCTIONS = 3;
/** Accounts that one telling names: those with the most evidence. It keeps events small; rings are of a handful. */
export const CASE_ACCOUNTS_MAX = 50;
/** Reasons and notes. */
const CASE_TEXT_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 2_000, lines: 'many' };

type Judged = Decision<FraudCaseEvent, FraudCaseRejection>;

/** Judges a command. The house opens and draws; staff assign, note and decide, but nobody a case about themselves. */
export function decide(command: FraudCaseCommand, of: FraudCase, facts: Facts): Judged {
  if (command.type === 'OpenFraudCase' || command.type === 'DrawFraudSample')
    return isHouse(facts.actor) ? take(command, of, facts) : reject({ reason: 'NotAllowed' });
  if (!isStaff(facts.actor)) return reject({ reason: 'NotAllowed' });
  if (of.status === 'unopened') return reject({ reason: 'FraudCaseUnknown' });
  if (isAbout(of, facts)) return reject({ reason: 'NotAllowed' });
  if (command.type === 'NoteFraudCase') return note(command.note, facts);
  if (of.status !== 'open') return reject({ reason: 'FraudCaseNotOpen' });
  return command.type === 'AssignFraudCase' ? assign(command.assigneeId, of, facts) : conclude(command, of, facts);
}

const isAbout = ({ sellerId, accounts }: KnownCase, { actor }: Facts): boolean =>
  isSelf(actor, sellerId) || accounts.some(({ bidderId }) => isSelf(actor, bidderId));

function take(command: OpenFraudCase | DrawFraudSample, of: FraudCase, { at }: Facts): Judged {
  const problem = problemIn(command, of);
  if (problem !== null) return reject(problem);
  const { type, sellerId, modelVersion } = command;
  const accounts = type === 'DrawFraudSample' ? command.accounts : newsIn(command.accounts, of);
  if (accounts.length === 0 || (type === 'DrawFraudSample' && of.status !== 'unopened'))
    return reject({ reason: 'FraudEvidenceNotGrown' });
  const told = { modelVersion, accounts };
  if (type === 'DrawFraudSample')
    return accept<FraudCaseEvent>({ type: 'FraudSampleDrawn', sellerId, ...told, drawnAt: at });
  const { bonds } = command;
  return of.status === 'open'
    ? accept<FraudCaseEvent>({ type: 'FraudCaseEvidenceGrown', ...told, bonds, grownAt: at })
    : accept<FraudCaseEvent>({ type: 'FraudCaseOpened', sellerId, ...told, bonds, openedAt: at });
}

const newsIn = (accounts: readonly Evidence[], of: FraudCase): readonly Evidence[] =>
  accounts.filter(({ bidderId, flaggedAuctions }) => flaggedAuctions >= noticedFrom(of, bidderId));

const noticedFrom = (of: FraudCase, bidderId: UserId): number =>
  of.status === 'unopened' ? 1 : (of.accounts.find((known) => known.bidderId === bidderId)?.noticedFrom ?? 1);

function problemIn({ sellerId, accounts }: OpenFraudCase | DrawFraudSample, of: FraudCase): FraudCaseRejection | null {
  const invalid = (field: string, problem: string) => ({ reason: 'InvalidFraudCase', field, problem }) as const;
  if (accounts.length === 0 || accounts.length > CASE_ACCOUNTS_MAX)
    return invalid('accounts', `must be 1 to ${CASE_ACCOUNTS_MAX}`);
  if (new Set(accounts.map(({ bidderId }) => bidderId)).size < accounts.length)
    return invalid('accounts', 'must name each account once');
  if (of.status !== 'unopened' && of.sellerId !== sellerId)
    return invalid('sellerId', 'must be the seller of the case');
  return null;
}

function note(text: string, { at, actor }: Facts): Judged {
  const problem = textProblem(text, CASE_TEXT_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidFraudCase', field: 'note', problem });
  return accept<FraudCaseEvent>({ type: 'FraudCaseNoted', note: text, notedBy: idOf(actor), notedAt: at });
}

function assign(assigneeId: UserId, of: KnownCase, { at, actor }: Facts): Judged {
  if (of.assigneeId === assigneeId) return reject({ reason: 'FraudCaseAlreadyAssigned' });
  return accept<FraudCaseEvent>({ type: 'FraudCaseAssigned', assigneeId, assignedBy: idOf(actor), assignedAt: at });
}

function conclude(
  { type, reason }: Extract<FraudCaseCommand, { reason: string }>,
  { accounts }: KnownCase,
  { at, actor }: Facts,
): Judged {
  const problem = textProblem(reason, CASE_TEXT_LIMITS);
  if (problem !== null) return reject({ reason: 'InvalidFraudCase', field: 'reason', problem });
  const mutes = accounts.map(muteOf);
  return accept<FraudCaseEvent>(
    type === 'DismissFraudCase'
      ? { type: 'FraudCaseDismissed', reason, mutes, dismissedBy: idOf(actor), dismissedAt: at }
      : { type: 'FraudCaseConfirmed', reason, mutes, confirmedBy: idOf(actor), confirmedAt: at },
  );
}

/** An account that was muted before and has not grown since keeps its mute. */
const muteOf = ({ bidderId, flaggedAuctions, noticedFrom: from }: CaseAccount): Mute => ({
  bidderId,
  reopensAt: Math.max(from, flaggedAuctions + REOPENS_AFTER_AUCTIONS),
});

/** Applies a fact of a case; never judges. Throws on a fact that cannot follow, which means a corrupt stream. */
export function evolve(of: FraudCase, event: FraudCaseEvent): FraudCase {
  if (event.type === 'FraudCaseOpened' || event.type === 'FraudSampleDrawn') {
    if (of.status === 'open') throw new Error('broken invariant: a case is opened that is open');
    const known = of.status === 'unopened' ? [] : of.accounts;
    const { sellerId, accounts } = event;
    return { status: 'open', sellerId, assigneeId: null, accounts: withEvidence(known, accounts) };
  }
  if (of.status === 'unopened') throw new Error(`broken invariant: ${event.type} of a case that nobody has opened`);
  switch (event.type) {
    case 'FraudCaseEvidenceGrown':
      return { ...of, accounts: withEvidence(of.accounts, event.accounts) };
    case 'FraudCaseAssigned':
      return { ...of, assigneeId: event.assigneeId };
    case 'FraudCaseNoted':
      return of;
    case 'FraudCaseDismissed':
      return { ...of, status: 'dismissed', accounts: muted(of.accounts, event.mutes) };
    case 'FraudCaseConfirmed':
      return { ...of, status: 'confirmed', accounts: muted(of.accounts, event.mutes) };
  }
}

function withEvidence(known: readonly CaseAccount[], told: readonly Evidence[]): readonly CaseAccount[] {
  const others = known.filter(({ bidderId }) => !told.some((evidence) => evidence.bidderId === bidderId));
  const fresh = told.map(({ bidderId, flaggedAuctions }) => ({
    bidderId,
    flaggedAuctions,
    noticedFrom: flaggedAuctions + 1,
  }));
  return [...others, ...fresh];
}

const muted = (accounts: readonly CaseAccount[], mutes: readonly Mute[]): readonly CaseAccount[] =>
  accounts.map((account) => {
    const mute = mutes.find(({ bidderId }) => bidderId === account.bidderId);
    return mute === undefined ? account : { ...account, noticedFrom: mute.reopensAt };
  });
