// Mutations, made from the table of commands: each takes the same way as its route in REST. What the rules refuse is a member
// of the result's union.
import type { Commands } from '../commands/commands.js';
import { type CommandDescription, inputSchema } from '../commands/description.js';
import { COMMANDS } from '../commands/table.js';
import { type TypedAnswer, typedAnswer } from './answer-types.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';
import { read } from './inputs.js';

type Resolver = (
  source: unknown,
  args: Readonly<{ input: object }>,
  context: GraphQLCallContext,
) => Promise<TypedAnswer>;

/** The resolver of every mutation, by its name. */
export const mutationResolvers = (commands: Commands): Readonly<Record<string, Resolver>> =>
  Object.fromEntries(COMMANDS.map((description) => [description.name, resolverOf(description, commands)]));

function resolverOf(description: CommandDescription, commands: Commands): Resolver {
  const schema = inputSchema(description);
  return async (_source, { input }, context) => {
    const { commandId, ...fields } = read(schema, input);
    const { body } = await commands.submit(description, commands.idOrFresh(commandId), fields, askedBy(context));
    return typedAnswer(body);
  };
}
