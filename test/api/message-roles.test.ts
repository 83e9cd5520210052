// Messages of every kind from every role: the door to Kafka lets in whom docs/permissions.md says, and nobody else.
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import { Tokens } from '../../src/api/auth/tokens.js';
import { COMMANDS } from '../../src/api/commands/table.js';
import { MessageIngress } from '../../src/api/ingress/ingress.js';
import type { Role } from '../../src/domain/actor.js';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { userId } from '../../src/domain/ids.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';

const ROLES: readonly Role[] = ['bidder', 'seller', 'analyst', 'operator', 'admin'];
const runtime = new SystemRuntime();
const key = { kind: 'secret', secret: new TextEncoder().encode('a secret that only tests know, of 32 bytes') } as const;
const signer = { key, issuer: null, audience: null };
const tokens = new Tokens({ ...signer, lifetimeMaxMs: 86_400_000, cacheMax: 100 }, runtime);
const ingress = new MessageIngress(tokens, DEFAULT_HOUSE, new MemoryKeyStore());
const [ann, auctionId] = [userId(runtime.uuid()), runtime.uuid()];

const bid = { auctionId, bidNumber: 1 };
const sale = { auctionId, transactionNumber: 1, reference: 'till-1' };
const REQUESTS: Readonly<Record<string, object>> = {
  ListAuction: {
    auctionId,
    item: { title: 't', category: 'c' },
    terms: { currency: 'USD', startingPrice: '1' },
    durationMs: 1,
  },
  PlaceBid: { auctionId, amount: '1', currency: 'USD' },
  BuyNow: { auctionId },
  CancelAuction: { auctionId, reason: 'r' },
  WithdrawAuction: { auctionId, reason: 'r' },
  RetractBid: { ...bid, reason: 'TypingError' },
  RequestRetraction: { ...bid, reason: 'TypingError' },
  GrantRetraction: bid,
  RefuseRetraction: { ...bid, reason: 'r' },
  ProposeVoiding: { ...bid, reason: 'r' },
  VoidBid: bid,
  RecordPayment: { ...sale, amount: '1', currency: 'USD' },
  RecordPaymentFailure: { ...sale, reason: 'Declined' },
  RefundPayment: { ...sale, reason: 'Returned' },
  RegisterUser: { username: 'ann' },
  VerifyUser: { userId: ann },
  SuspendUser: { userId: ann, reason: 'r' },
  ReinstateUser: { userId: ann, reason: 'r' },
  RateUser: { userId: ann, rating: 1 },
};

const written = readFileSync('docs/permissions.md', 'utf8').split('\n');

/** Who is let in, by the page: any token, then each role. The last column names roles where they differ from REST's. */
function byThePage(name: string): readonly boolean[] {
  const cells = (written.find((row) => row.includes(`\`${name}\``)) ?? '').split('|').map((cell) => cell.trim());
  const [, own] = (cells[9] ?? '').split(': ');
  if (own === undefined) return cells.slice(3, 9).map((cell) => cell === 'x');
  return [false, ...ROLES.map((role) => own.split(', ').includes(role))];
}

const taken = COMMANDS.flatMap(({ type, name, message }) => (message === null ? [] : [{ type, name, message }]));

it('there is a request here for every kind of message', () =>
  expect(taken.map(({ type }) => type).sort()).toEqual(Object.keys(REQUESTS).sort()));

it.each(taken)('$type', async ({ type, name, message }) => {
  const admitted = async (...roles: readonly Role[]): Promise<boolean> => {
    const token = await signDevelopmentToken(signer, { userId: ann, roles, lifetimeS: 60, now: runtime.now() });
    const request = { type, ...REQUESTS[type] };
    const admission = await ingress.admit(message.topic, { v: 1, commandId: runtime.uuid(), token, request });
    if (!admission.admitted) expect(admission).toMatchObject({ reason: 'NotAllowed' });
    else expect(admission.envelope.command.type).toBe(type);
    return admission.admitted;
  };
  const answers = [await admitted()];
  for (const role of ROLES) answers.push(await admitted(role));
  expect(answers).toEqual(byThePage(name));
});
