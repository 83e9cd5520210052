// The way of every mutation to the bus and back.
import type { CommandId } from '../../domain/ids.js';
import type { Command } from '../../domain/messages.js';
import type { Commands } from '../commands/commands.js';
import { type TypedAnswer, typedAnswer } from './answer-types.js';
import { askedBy, type GraphQLCallContext } from './graphql-context.js';

/** Submits a command in the caller's name, under the id that it came with or a fresh one. */
export async function mutate(
  commands: Commands,
  context: GraphQLCallContext,
  given: CommandId | undefined,
  command: Command,
): Promise<TypedAnswer> {
  const { body } = await commands.answer(askedBy(context), commands.idOrFresh(given), command);
  return typedAnswer(body);
}
