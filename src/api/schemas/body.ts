// What a command takes beside its address, written once for every door: REST, GraphQL and Kafka. Unknown fields are refused
// everywhere: a misspelt `reservePrice` must not be an auction without one.
import { z } from 'zod';

/** What holds between fields. */
export type Check = Readonly<{ test: (fields: object) => boolean; error: string; path: string[] }>;

/** `name` is what OpenAPI calls it. */
export type Body<Shape extends z.ZodRawShape = z.ZodRawShape> = Readonly<{
  name: string;
  fields: Shape;
  description: string | undefined;
  check: Check | undefined;
}>;

/** Fields as their schemas have read them. */
export type ReadFields<Shape extends z.ZodRawShape> = z.output<z.ZodObject<Shape, z.core.$strict>>;
export type FieldsOf<B> = B extends Body<infer Shape> ? ReadFields<Shape> : never;

/** A body of these fields. */
export const bodyOf = <Shape extends z.ZodRawShape>(
  name: string,
  fields: Shape,
  description?: string,
  check?: Check,
): Body<Shape> => ({ name, fields, description, check });

/** The schema of a body's fields behind others, of the address for example. */
export function fieldsSchema({ check }: Pick<Body, 'check'>, shape: z.ZodRawShape): z.ZodObject {
  const fields = z.strictObject(shape);
  return check === undefined ? fields : fields.refine(check.test, { error: check.error, path: check.path });
}
