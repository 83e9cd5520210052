// The part of the GraphQL schema that the table of commands makes: mutations, their inputs, and the unions of their answers.
import { z } from 'zod';
import { inputShape, isBare } from '../commands/description.js';
import type { TaggedCommand } from '../commands/table.js';
import { descriptionFor } from '../http/operation.js';
import { ACCEPTED } from '../schemas/accepted.js';
import { inGraphQL } from '../schemas/graphql-names.js';

/** What an enum's words are called where GraphQL cannot spell them, by the enum's name. */
type Enums = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** What every command may be answered beside its own success. */
const UNACCEPTED = ['Rejected', 'CommandRefused', 'NotNow', 'Pending', 'Fault'];

const COMMAND_ID =
  'A fresh UUID of version 7. Sent again under it, the command is answered as the first time and not done again.';

/** Throws on two commands that name one input and take different things, and on a field that GraphQL has no name for. */
export function mutationsText(commands: readonly TaggedCommand[], enums: Enums): string {
  const inputs = new InputTypes(enums);
  const mutations = commands.map((command) => {
    const { name, input, accepted, body, summary, description, access } = command;
    inputs.add(input, inputShape(command), isBare(body) ? undefined : body.description);
    const text = quoted(`${summary} ${descriptionFor(description, access)}`.trim(), enums);
    return `  ${text}\n  ${name}(input: ${input}!): ${accepted.result}!`;
  });
  return [
    ...unionsOf(commands),
    ...inputs.texts(),
    '"One command a document. Each is judged and durable when it is answered; a refusal is an answer."',
    `type Mutation {\n${mutations.join('\n')}\n}`,
  ].join('\n');
}

function unionsOf(commands: readonly TaggedCommand[]): string[] {
  const kinds = new Map(commands.map(({ accepted }) => [accepted.result, accepted.types]));
  kinds.set('CommandAnswer', [...new Set(Object.values(ACCEPTED).flatMap(({ types }) => types))]);
  return [...kinds].map(([result, types]) => `union ${result} = ${[...types, ...UNACCEPTED].join(' | ')}`);
}

/** Input objects by their names, as schemas of the bodies have them. */
class InputTypes {
  private readonly known = new Map<string, string>();

  constructor(private readonly enums: Enums) {}

  texts(): string[] {
    return [...this.known.values()];
  }

  add(name: string, shape: z.core.$ZodShape, description?: string): void {
    const fields = Object.entries(shape).map(([field, schema]) => `  ${this.field(name, field, schema)}`);
    const about = description === undefined ? '' : `${quoted(description, this.enums)}\n`;
    const text = `${about}input ${name} {\n${fields.join('\n')}\n}`;
    if ((this.known.get(name) ?? text) !== text) throw new Error(`two inputs of GraphQL are called ${name}`);
    this.known.set(name, text);
  }

  private field(owner: string, field: string, schema: z.core.$ZodType): string {
    const { inner, isOptional, fallback } = unwrapped(schema);
    const type = this.typeOf(inner, `${owner}.${field}`);
    const description = field === 'commandId' ? COMMAND_ID : z.globalRegistry.get(schema)?.description;
    const text = description === undefined ? '' : `${quoted(description, this.enums)} `;
    if (fallback !== undefined && fallback !== null)
      return `${text}${field}: ${type} = ${this.literal(type, fallback)}`;
    return `${text}${field}: ${type}${isOptional ? '' : '!'}`;
  }

  private typeOf(schema: z.core.$ZodType, place: string): string {
    const name = inGraphQL.get(schema)?.name;
    if (schema instanceof z.ZodObject && name !== undefined) this.add(name, schema.shape);
    if (name !== undefined) return name;
    if (schema instanceof z.ZodArray) return `[${this.typeOf(schema.element, place)}!]`;
    if (schema instanceof z.ZodString || schema instanceof z.ZodEmail) return 'String';
    if (schema instanceof z.ZodNumberFormat) return 'Int';
    if (schema instanceof z.ZodBoolean) return 'Boolean';
    throw new Error(`${place} has no name in GraphQL (schemas/graphql-names.ts)`);
  }

  private literal(type: string, value: unknown): string {
    const [word] = Object.entries(this.enums[type] ?? {}).find(([, spelt]) => spelt === value) ?? [];
    return word ?? JSON.stringify(value);
  }
}

type Unwrapped = Readonly<{ inner: z.core.$ZodType; isOptional: boolean; fallback: unknown }>;

/** What may be left out, may be null or has a default, without that. */
function unwrapped(schema: z.core.$ZodType): Unwrapped {
  if (schema instanceof z.ZodDefault)
    return { ...unwrapped(schema.def.innerType), isOptional: true, fallback: schema.def.defaultValue };
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodNullable)
    return { ...unwrapped(schema.def.innerType), isOptional: true };
  return { inner: schema, isOptional: false, fallback: undefined };
}

/** A description. Words between backticks that are an enum's are spelt as GraphQL has them. */
function quoted(text: string, enums: Enums): string {
  const spelt = new Map(
    Object.values(enums).flatMap((words) => Object.entries(words).map(([name, word]) => [word, name])),
  );
  return JSON.stringify(text.replace(/`([\w-]+)`/g, (all, word) => spelt.get(word) ?? all));
}
