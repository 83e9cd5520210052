// The edge for producers that write to Kafka themselves: the same tokens, roles and shapes as over REST, but an answer
// that nobody waits for. What is not admitted goes to the dead letters with the reason.
import { type Admission, type InboundTopic, type Ingress, refused } from '../../bus/ingress.js';
import type { HouseTerms } from '../../domain/auction/house-defaults.js';
import type { KeyStore } from '../../personal-data/key-store.js';
import { type Caller, mayUse } from '../auth/access.js';
import type { Tokens } from '../auth/tokens.js';
import { descriptionOf } from '../commands/table.js';
import { ApiError } from '../http/api-error.js';
import { problemOf, readWith } from '../schemas/problems.js';
import { MESSAGE_SCHEMAS } from './requests.schema.js';

export class MessageIngress implements Ingress {
  constructor(
    private readonly tokens: Tokens,
    private readonly house: HouseTerms,
    private readonly keys: KeyStore,
  ) {}

  async admit(topic: InboundTopic, message: unknown): Promise<Admission> {
    const read = readWith(MESSAGE_SCHEMAS[topic], message);
    if (!read.success) {
      const [issue] = read.error.issues;
      const problem = issue === undefined ? 'does not fit' : problemOf(issue);
      return refused('Malformed', `"${issue?.path.join('.')}": ${problem}`.slice(0, 300));
    }
    const { token, commandId, correlationId = null, request } = read.data;
    const caller = await this.callerOf(token);
    if (!('kind' in caller)) return refused('NotAuthenticated', caller.problem);
    const { type: given, ...fields } = request;
    const type = String(given);
    const described = descriptionOf(type)?.message;
    if (!described || !mayUse(described.access, caller))
      return refused('NotAllowed', `${type} is not open to the roles of this token`);
    try {
      const command = await described.command(fields, { caller, commandId, house: this.house, keyStore: this.keys });
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
}
