// REST's routes for commands, made from the table: one plain Fastify handler each.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { readOr400 } from '../http/schema.pipe.js';
import type { CommandAnswer } from '../schemas/answers.schema.js';
import { type Commands, callerOf, correlationIdOf } from './commands.js';
import { bodySchema, type CommandDescription, type Fields } from './description.js';
import { parameterSchemas } from './parameters.js';
import { COMMANDS } from './table.js';

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<CommandAnswer>;

/** Registers the route of every command. */
export function registerCommandRoutes(instance: FastifyInstance, commands: Commands): void {
  for (const description of COMMANDS) {
    const { method, path: url, access } = description;
    instance.route({ method, url, config: { access }, handler: handlerOf(description, commands) });
  }
}

/** Who asks, for what, under which id; then the way of every command. */
function handlerOf(description: CommandDescription, commands: Commands): Handler {
  const readPath = pathReader(description);
  const schema = bodySchema(description.body);
  return async (request, reply) => {
    const caller = callerOf(request);
    const parameters = readPath(request.params);
    const { commandId, ...fields } = readOr400(schema, request.body, 'body');
    const id = commands.idOf(request, commandId);
    const asked = { caller, correlationId: correlationIdOf(request) };
    const answer = await commands.submit(description, id, { ...parameters, ...fields }, asked);
    reply.code(answer.status).headers({ ...answer.headers });
    return answer.body;
  };
}

/** Reads the parameters of an address. Refuses the first that does not fit, by its name. */
function pathReader({ parameters }: CommandDescription): (given: unknown) => Fields {
  const schemas = Object.entries(parameterSchemas(parameters, 'text'));
  return (given) => {
    const inPath: Fields = Object(given);
    return Object.fromEntries(schemas.map(([name, schema]) => [name, readOr400(schema, inPath[name], name)]));
  };
}
