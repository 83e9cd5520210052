// What producers of their own write to Kafka: the web site, tills, devices. Published as JSON Schema under docs/schemas
// (test/api/message-schemas.test.ts keeps them equal). A new shape gets a new version, and the old one is read for as long as
// messages of it may come.
import { z } from 'zod';
import type { InboundTopic } from '../../bus/ingress.js';
import { COMMANDS } from '../commands/table.js';
import { idIn } from '../schemas/values.schema.js';

/** Which commands a topic takes is told by their descriptions. */
function requestsTo(topic: InboundTopic): z.ZodType<Readonly<Record<string, unknown>>> {
  const [first, ...rest] = COMMANDS.flatMap(({ message }) => (message?.topic === topic ? [message.schema] : []));
  if (first === undefined) throw new Error(`no command comes over the topic ${topic}`);
  return z.discriminatedUnion('type', [first, ...rest]);
}

const CORRELATION_ID = /^[\w.:-]{1,64}$/;

const messageOf = <Request extends z.ZodType>(request: Request, id: string, description: string) =>
  z
    .strictObject({
      v: z.literal(1),
      commandId: idIn.command.meta({
        description:
          'The name you give this command: a fresh UUID of version 7. Sent again under it, it is not done again.',
      }),
      token: z
        .string()
        .regex(/^[\w-]+\.[\w-]+\.[\w-]+$/)
        .max(4_096)
        .meta({ description: 'A JSON Web Token, as the API takes it: its person is who asks.' }),
      correlationId: z.string().regex(CORRELATION_ID).optional(),
      request,
    })
    .meta({ id, description });

/** One schema an inbound topic. The key of a message is the id of its auction, or of its user. */
export const MESSAGE_SCHEMAS = {
  bids: messageOf(requestsTo('bids'), 'BidsMessage', 'auction.bids, keyed by auction id.'),
  items: messageOf(requestsTo('items'), 'ItemsMessage', 'auction.items, keyed by auction id.'),
  users: messageOf(requestsTo('users'), 'UsersMessage', 'auction.users, keyed by user id.'),
  txn: messageOf(requestsTo('txn'), 'TxnMessage', 'auction.txn, keyed by auction id.'),
} satisfies Record<InboundTopic, z.ZodType>;
