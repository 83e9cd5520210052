import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/domain/actor.js';
import { NO_POSITION } from '../../../src/domain/fees/tax-position.js';
import type { UserId } from '../../../src/domain/ids.js';
import { later } from '../../../src/domain/time.js';
import { NO_TIES, type Ties, type UserCommand, type UserRejection } from '../../../src/domain/user/user.commands.js';
import type { UserEvent } from '../../../src/domain/user/user.events.js';
import { decide, evolve, namedUser, taxPositionOf, type User, unregistered } from '../../../src/domain/user/user.js';
import { ada, admin, ann, at, bob, house, olga, operator, person } from '../../support/auction-story.js';

const now = at('09:00:00');
const self = person(ann, 'bidder');
const somebody = person(bob, 'bidder', 'seller', 'analyst');

const registered: UserEvent = { type: 'UserRegistered', username: 'ann', personalData: 'c2VhbGVk', registeredAt: now };
const suspended: UserEvent = {
  type: 'UserSuspended',
  reason: 'unpaid',
  suspendedBy: olga,
  voidBids: false,
  suspendedAt: now,
};
const reinstated: UserEvent = { type: 'UserReinstated', reason: 'paid', reinstatedBy: ada, reinstatedAt: now };
const verified: UserEvent = { type: 'UserVerified', verifiedAt: now };

const register = (username = 'ann', personalData: string | null = 'c2VhbGVk'): UserCommand => ({
  type: 'RegisterUser',
  userId: ann,
  username,
  personalData,
});
const change: UserCommand = { type: 'ChangePersonalData', userId: ann, personalData: 'bmV3' };
const verify: UserCommand = { type: 'VerifyUser', userId: ann };
const rate = (rating: number): UserCommand => ({ type: 'RateUser', userId: ann, rating });
const suspend = (reason = 'unpaid'): UserCommand => ({ type: 'SuspendUser', userId: ann, reason, voidBids: false });
const reinstate = (reason = 'paid'): UserCommand => ({ type: 'ReinstateUser', userId: ann, reason });

const fold = (...events: readonly UserEvent[]): User => events.reduce(evolve, unregistered);

const given = (...history: readonly UserEvent[]) => ({
  when: (command: UserCommand, actor: Actor) => {
    const decision = decide(command, fold(...history), { at: now, actor, user: { status: 'unknown' } });
    return {
      leadsTo(...events: readonly UserEvent[]) {
        expect(decision).toStrictEqual({ accepted: true, events });
        fold(...history, ...events);
      },
      isRefused: (rejection: UserRejection) => expect(decision).toStrictEqual({ accepted: false, rejection }),
    };
  },
});

describe('registering', () => {
  it.each([self, operator, admin])('is open to oneself and to staff', (actor) =>
    given().when(register(), actor).leadsTo(registered),
  );
  it.each([somebody, house])('is not open to others', (actor) =>
    given().when(register(), actor).isRefused({ reason: 'NotAllowed' }),
  );
  it('happens once', () => given(registered).when(register(), self).isRefused({ reason: 'UserAlreadyRegistered' }));
  it('goes without personal data', () =>
    given()
      .when(register('ann', null), self)
      .leadsTo({ ...registered, personalData: null }));
  it('bounds the ciphertext', () => {
    const longest = 'x'.repeat(16_384);
    const refused = {
      reason: 'InvalidUser',
      field: 'personalData',
      problem: 'must have 1 to 16384 characters',
    } as const;
    given()
      .when(register('ann', longest), self)
      .leadsTo({ ...registered, personalData: longest });
    given()
      .when(register('ann', `${longest}x`), self)
      .isRefused(refused);
    given().when(register('ann', ''), self).isRefused(refused);
    given()
      .when(register(`${longest}x`), self)
      .isRefused({ ...refused, field: 'username' });
    given(registered)
      .when({ ...change, personalData: `${longest}x` } as UserCommand, self)
      .isRefused(refused);
  });
});

describe('personal data', () => {
  it('is one’s own, also while suspended', () => {
    const changed: UserEvent = { type: 'PersonalDataChanged', personalData: 'bmV3', changedAt: now };
    given(registered).when(change, self).leadsTo(changed);
    given(registered, suspended).when(change, self).leadsTo(changed);
  });
  it.each([operator, admin, somebody, house])('is nobody else’s', (actor) =>
    given(registered).when(change, actor).isRefused({ reason: 'NotAllowed' }),
  );
  it('is not kept in the state', () => expect(JSON.stringify(fold(registered))).not.toContain('c2VhbGVk'));
});

describe('erasing', () => {
  const erase = (ties: Partial<Ties> = {}): UserCommand => ({
    type: 'EraseUser',
    userId: ann,
    ties: { ...NO_TIES, ...ties },
  });
  const erasedBy = (by: UserId | null): UserEvent => ({ type: 'UserErased', erasedBy: by, erasedAt: now });

  it.each([
    ['oneself', self, ann],
    ['an admin', admin, ada],
    ['the house', house, null],
  ])('is for %s', (_, actor, by) => given(registered).when(erase(), actor).leadsTo(erasedBy(by)));
  it.each([operator, somebody])('is for nobody else', (actor) =>
    given(registered).when(erase(), actor).isRefused({ reason: 'NotAllowed' }),
  );
  it('is open to suspended people', () => given(registered, suspended).when(erase(), self).leadsTo(erasedBy(ann)));
  it('needs an account', () => given().when(erase(), self).isRefused({ reason: 'UserUnknown' }));
  it.each<Partial<Ties>>([{ selling: 1 }, { bidding: 1 }, { unpaid: 1 }])('waits for the end of %j', (ties) => {
    const refusal = { reason: 'UserHasTies', ...NO_TIES, ...ties } as const;
    given(registered).when(erase(ties), self).isRefused(refusal);
    given(registered).when(erase(ties), admin).isRefused(refusal);
    // After a restore nothing holds it up: the person was erased already.
    given(registered).when(erase(ties), house).leadsTo(erasedBy(null));
  });
  it.each([erase(), register(), change, verify, rate(1), suspend(), reinstate()])(
    'is final: afterwards $type is refused',
    (command) => {
      const actor = command.type === 'ChangePersonalData' ? self : admin;
      given(registered, erasedBy(ann)).when(command, actor).isRefused({ reason: 'UserErased' });
    },
  );
  it('leaves nothing of the person in the state, and nobody to bid', () => {
    const user = fold(registered, verified, erasedBy(ann));
    expect(user).toStrictEqual({ status: 'erased', isVerified: true, rating: 0, erasedAt: now });
    expect(namedUser(user, 2)).toStrictEqual({ status: 'unknown' });
  });
  it('is followed by nothing, or the stream is corrupt', () =>
    expect(() => fold(registered, erasedBy(ann), verified)).toThrow('UserVerified on an account that was erased'));
});

describe('what staff decide', () => {
  const all: readonly [UserCommand, readonly UserEvent[], UserEvent][] = [
    [verify, [registered], verified],
    [suspend(), [registered], suspended],
    [reinstate(), [registered, suspended], { ...reinstated, reinstatedBy: olga }],
    [rate(-3), [registered], { type: 'UserRated', rating: -3, ratedAt: now }],
  ];
  it.each(all)('%j is open to an operator and an admin', (command, history, event) => {
    given(...history)
      .when(command, operator)
      .leadsTo(event);
    given(...history)
      .when(command, admin)
      .leadsTo(
        'suspendedBy' in event
          ? { ...event, suspendedBy: ada }
          : 'reinstatedBy' in event
            ? { ...event, reinstatedBy: ada }
            : event,
      );
  });
  it.each(all)('%j is not open to the person or to others', (command, history) => {
    for (const actor of [self, somebody])
      given(...history)
        .when(command, actor)
        .isRefused({ reason: 'NotAllowed' });
  });
  it('needs an account', () => {
    for (const [command] of all) given().when(command, operator).isRefused({ reason: 'UserUnknown' });
    given().when(change, self).isRefused({ reason: 'UserUnknown' });
  });
  it('is left to staff by the house, but for ratings', () => {
    given(registered).when(rate(5), house).leadsTo({ type: 'UserRated', rating: 5, ratedAt: now });
    for (const command of [verify, suspend(), reinstate()])
      given(registered).when(command, house).isRefused({ reason: 'NotAllowed' });
  });
  it('is not decided twice', () => {
    given(registered, verified).when(verify, operator).isRefused({ reason: 'UserAlreadyVerified' });
    given(registered, suspended).when(suspend(), operator).isRefused({ reason: 'UserAlreadySuspended' });
    given(registered).when(reinstate(), operator).isRefused({ reason: 'UserNotSuspended' });
    given(registered, suspended, reinstated).when(reinstate(), operator).isRefused({ reason: 'UserNotSuspended' });
    given(registered, suspended, reinstated).when(suspend(), operator).leadsTo(suspended);
  });
  it.each([suspend, reinstate])('has a reason of 1 to 500 characters', (command) => {
    const history = command === suspend ? [registered] : [registered, suspended];
    const refused = { reason: 'InvalidUser', field: 'reason', problem: 'must have 1 to 500 characters' } as const;
    for (const reason of ['', 'x'.repeat(501)])
      given(...history)
        .when(command(reason), operator)
        .isRefused(refused);
    given(...history)
      .when(command('x'.repeat(500)), operator)
      .leadsTo(
        command === suspend
          ? { ...suspended, reason: 'x'.repeat(500) }
          : { ...reinstated, reason: 'x'.repeat(500), reinstatedBy: olga },
      );
  });
  it('rates in whole numbers within a billion', () => {
    for (const rating of [-1_000_000_000, 0, 1_000_000_000])
      given(registered).when(rate(rating), operator).leadsTo({ type: 'UserRated', rating, ratedAt: now });
    for (const rating of [-1_000_000_001, 1_000_000_001, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      given(registered).when(rate(rating), operator).isRefused({
        reason: 'InvalidUser',
        field: 'rating',
        problem: 'must be a whole number from -1000000000 to 1000000000',
      });
  });
});

describe('an e-mail address', () => {
  const ask: UserCommand = { type: 'RequestEmailVerification', userId: ann };
  const confirm = (dataVersion: number): UserCommand => ({ type: 'ConfirmEmail', userId: ann, dataVersion });
  const choose = (wanted: boolean): UserCommand => ({ type: 'ChooseMail', userId: ann, wanted });
  const asked = (dataVersion: number, agoMs = 0): UserEvent => ({
    type: 'EmailVerificationRequested',
    dataVersion,
    requestedAt: later(now, -agoMs),
  });
  const confirmed = (dataVersion: number): UserEvent => ({ type: 'EmailVerified', dataVersion, verifiedAt: now });
  const changed: UserEvent = { type: 'PersonalDataChanged', personalData: 'bmV3', changedAt: now };
  const without: UserEvent = { ...registered, personalData: null } as UserEvent;

  it('is confirmed by the link that its owner asked for', () => {
    given(registered).when(ask, self).leadsTo(asked(1));
    given(registered, asked(1)).when(confirm(1), house).leadsTo(confirmed(1));
    given(registered, asked(1), confirmed(1)).when(ask, self).isRefused({ reason: 'EmailAlreadyVerified' });
    given(registered, asked(1), confirmed(1)).when(confirm(1), house).isRefused({ reason: 'EmailAlreadyVerified' });
  });
  it('is asked about by its owner alone, and confirmed by the house alone', () => {
    for (const actor of [somebody, operator, admin, house])
      given(registered).when(ask, actor).isRefused({ reason: 'NotAllowed' });
    for (const actor of [self, somebody, operator, admin])
      given(registered).when(confirm(1), actor).isRefused({ reason: 'NotAllowed' });
  });
  it('has to be there', () => {
    given(without).when(ask, self).isRefused({ reason: 'EmailUnknown' });
    given(without).when(confirm(0), house).isRefused({ reason: 'EmailUnknown' });
    given(without, changed).when(ask, self).leadsTo(asked(1));
  });
  it('is unconfirmed again with other data, and an old link is of no use', () => {
    given(registered, confirmed(1), changed).when(confirm(1), house).isRefused({ reason: 'EmailChanged' });
    given(registered, confirmed(1), changed).when(ask, self).leadsTo(asked(2));
    given(registered, confirmed(1), changed).when(confirm(2), house).leadsTo(confirmed(2));
  });
  it('gets a link once in ten minutes, whatever the data', () => {
    const early = { reason: 'EmailVerificationTooSoon', until: later(now, 1) } as const;
    given(registered, asked(1, 599_999)).when(ask, self).isRefused(early);
    given(registered, asked(1, 599_999), changed).when(ask, self).isRefused(early);
    given(registered, asked(1, 600_000)).when(ask, self).leadsTo(asked(1));
  });
  it('gets news as its owner chooses, or whoever follows a link of the house', () => {
    for (const actor of [self, house])
      given(registered).when(choose(true), actor).leadsTo({ type: 'MailChosen', wanted: true, chosenAt: now });
    for (const actor of [somebody, operator, admin])
      given(registered).when(choose(true), actor).isRefused({ reason: 'NotAllowed' });
  });
});

describe('a tax position', () => {
  const state = (place: object, taxNumber: string | null = null): UserCommand => ({
    type: 'StateTaxPosition',
    userId: ann,
    country: null,
    region: null,
    taxNumber,
    ...place,
  });
  const judge = (statement: number, accepted = true): UserCommand => ({
    type: 'JudgeTaxNumber',
    userId: ann,
    statement,
    accepted,
  });
  const stated = (statement: number, taxNumber: string | null = 'bnVtYmVy'): UserEvent => ({
    type: 'TaxPositionStated',
    statement,
    country: 'FR',
    region: null,
    taxNumber,
    statedAt: now,
  });
  const judged = (statement: number, accepted = true): UserEvent => ({
    type: 'TaxNumberJudged',
    statement,
    accepted,
    judgedBy: olga,
    judgedAt: now,
  });
  it('is stated by its person alone, as often as it changes', () => {
    given(registered)
      .when(state({ country: 'FR' }, 'bnVtYmVy'), self)
      .leadsTo(stated(1));
    given(registered, stated(1))
      .when(state({ country: 'FR' }), self)
      .leadsTo(stated(2, null));
    for (const actor of [somebody, operator, admin, house])
      given(registered)
        .when(state({ country: 'FR' }), actor)
        .isRefused({ reason: 'NotAllowed' });
  });
  it('has a country before it has anything else', () => {
    const refused = (field: string, problem: string) => ({ reason: 'InvalidUser', field, problem }) as const;
    given(registered)
      .when(state({ region: 'NY' }), self)
      .isRefused(refused('region', 'must come with a country'));
    given(registered).when(state({}, 'bnVtYmVy'), self).isRefused(refused('taxNumber', 'must come with a country'));
    given(registered)
      .when(state({ country: 'fr' }), self)
      .isRefused(refused('country', 'must be two capital letters, as in ISO 3166-1'));
  });
  it('has a number that counts once staff have accepted it, and until they refuse it or another is stated', () => {
    given(registered, stated(1)).when(judge(1), operator).leadsTo(judged(1));
    given(registered, stated(1)).when(judge(1), self).isRefused({ reason: 'NotAllowed' });
    given(registered).when(judge(1), operator).isRefused({ reason: 'TaxNumberUnknown' });
    given(registered, stated(1, null)).when(judge(1), operator).isRefused({ reason: 'TaxNumberUnknown' });
    given(registered, stated(1), stated(2)).when(judge(1), operator).isRefused({ reason: 'TaxStatementChanged' });
    const position = (...events: readonly UserEvent[]) => taxPositionOf(fold(registered, ...events));
    expect(position()).toEqual(NO_POSITION);
    expect(position(stated(1))).toEqual({ country: 'FR', region: null, hasNumber: false });
    expect(position(stated(1), judged(1))).toEqual({ country: 'FR', region: null, hasNumber: true });
    expect(position(stated(1), judged(1), judged(1, false)).hasNumber).toBe(false);
    expect(position(stated(1), judged(1), stated(2)).hasNumber).toBe(false);
    expect(position(stated(1), { type: 'UserErased', erasedBy: null, erasedAt: now })).toEqual(NO_POSITION);
  });
});

describe('an account', () => {
  it('is what its events made of it', () => {
    const mail = { dataVersion: 1, verifiedVersion: null, requestedAt: null, wanted: false };
    const tax = { statement: 0, isNumberKnown: false, position: NO_POSITION };
    expect(fold(registered)).toStrictEqual({
      status: 'active',
      username: 'ann',
      isVerified: false,
      rating: 0,
      mail,
      tax,
    });
    expect(fold(registered, verified, { type: 'UserRated', rating: 5, ratedAt: now }, suspended)).toStrictEqual({
      status: 'suspended',
      username: 'ann',
      isVerified: true,
      rating: 5,
      mail,
      tax,
    });
    expect(fold(registered, suspended, reinstated)).toMatchObject({ status: 'active' });
  });
  it('is named by a command as active or suspended, by the revision it was folded to', () => {
    expect(namedUser(unregistered, -1)).toStrictEqual({ status: 'unknown' });
    expect(namedUser(fold(registered), 0)).toStrictEqual({ status: 'active', revision: 0 });
    expect(namedUser(fold(registered, suspended), 1)).toStrictEqual({ status: 'suspended', revision: 1 });
  });
  it.each<[string, readonly UserEvent[]]>([
    ['registered twice', [registered, registered]],
    ['suspended before it exists', [suspended]],
  ])('that is %s throws', (_, events) => expect(() => fold(...events)).toThrow(/^broken invariant: /));
});
