// The edge for producers that write to Kafka themselves: the same tokens, roles and shapes as over REST, but an answer
// that nobody waits for. What is not admitted goes to the dead letters with the reason.
import { type Admission, type InboundTopic, type Ingress, refused } from '../../bus/ingress.js';
import type { Role } from '../../domain/actor.js';
import type { HouseTerms } from '../../domain/auction/house-defaults.js';
import type { CommandId } from '../../domain/ids.js';
import type { Command } from '../../domain/messages.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import { type Access, type Caller, mayUse } from '../auth/access.js';
import type { Tokens } from '../auth/tokens.js';
import { listingOf } from '../commands/listing.js';
import { sealedUsername } from '../commands/sealing.js';
import { ApiError } from '../http/api-error.js';
import { problemOf, readWith } from '../schemas/problems.js';
import { type IngressMessage, type IngressRequest, MESSAGE_SCHEMAS } from './requests.schema.js';

const staff: readonly [Role, ...Role[]] = ['operator', 'admin'];

/** Who may ask for what. Bids of a hall are an operator's; money is for staff, a till having a token as one of them. */
const ACCESS: Readonly<Record<IngressRequest['type'], Access>> = {
  PlaceBid: ['bidder', 'operator', 'admin'],
  BuyNow: ['bidder'],
  RetractBid: ['bidder'],
  RequestRetraction: ['bidder'],
  GrantRetraction: staff,
  RefuseRetraction: staff,
  VoidBid: staff,
  ListAuction: ['seller'],
  CancelAuction: ['seller', 'operator', 'admin'],
  WithdrawAuction: ['admin'],
  RegisterUser: 'anyone',
  VerifyUser: staff,
  RateUser: staff,
  SuspendUser: staff,
  ReinstateUser: staff,
  RecordPayment: staff,
  RecordPaymentFailure: staff,
  RefundPayment: staff,
};

export class MessageIngress implements Ingress {
  constructor(
    private readonly tokens: Tokens,
    private readonly house: HouseTerms,
    private readonly keys: KeyStore,
  ) {}

  async admit(topic: InboundTopic, message: unknown): Promise<Admission> {
    const read = readWith<IngressMessage>(MESSAGE_SCHEMAS[topic], message);
    if (!read.success) {
      const [issue] = read.error.issues;
      const problem = issue === undefined ? 'does not fit' : problemOf(issue);
      return refused('Malformed', `"${issue?.path.join('.')}": ${problem}`.slice(0, 300));
    }
    const { token, commandId, correlationId = null, request } = read.data;
    const caller = await this.callerOf(token);
    if (!('kind' in caller)) return refused('NotAuthenticated', caller.problem);
    if (!mayUse(ACCESS[request.type], caller))
      return refused('NotAllowed', `${request.type} is not open to the roles of this token`);
    try {
      const command = await this.commandOf(request, commandId, caller);
      return { admitted: true, envelope: { command, commandId, actor: caller, correlationId } };
    } catch (error) {
      if (error instanceof ApiError && error.code === 'UserErased') return refused('NotAllowed', error.message);
      if (error instanceof ApiError && error.code === 'RequestInvalid') return refused('Malformed', error.message);
      throw error;
    }
  }

  private async callerOf(token: string): Promise<Caller | Readonly<{ problem: string }>> {
    try {
      return (await this.tokens.callerOf(`Bearer ${token}`)) ?? { problem: 'the message has no token' };
    } catch (error) {
      // Keys that cannot be fetched are not the producer's fault: the message waits.
      if (error instanceof ApiError && error.status === 401) return { problem: error.message };
      throw error;
    }
  }

  private async commandOf(request: IngressRequest, commandId: CommandId, { userId }: Caller): Promise<Command> {
    switch (request.type) {
      case 'PlaceBid':
        return { ...request, bidderId: request.bidderId ?? userId };
      case 'BuyNow':
        return { ...request, bidderId: userId };
      case 'RetractBid':
      case 'RequestRetraction':
        return { ...request, bidderId: userId };
      case 'ListAuction': {
        const { type: _, ...body } = request;
        return listingOf(body, commandId, userId, this.house);
      }
      case 'RegisterUser':
        return {
          type: 'RegisterUser',
          userId,
          username: await sealedUsername(this.keys, userId, request.username),
          personalData: null,
        };
      default:
        return request;
    }
  }
}
