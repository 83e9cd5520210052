// What is wrong with a value, in words that end a sentence which its field begins.
import type { z } from 'zod';
import { NumberText } from '../../runtime/exact-json.js';

/** Reads a value so that its issues hold what came, which `problemOf` needs. */
export const readWith = <Out>(schema: z.ZodType<Out>, value: unknown) => schema.safeParse(value, { reportInput: true });

/** Zod's own sentences name what was expected, never the value that came. */
export function problemOf({ input, message }: z.core.$ZodIssue): string {
  if (input === undefined) return 'is missing';
  if (input instanceof NumberText && message.startsWith('Invalid input'))
    return 'must be a whole number in plain digits, without fraction or exponent, and at most 2^53 - 1';
  return message.charAt(0).toLowerCase() + message.slice(1);
}
