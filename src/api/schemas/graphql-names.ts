// What GraphQL calls what commands take: scalars, enums and input objects. Text, whole numbers and booleans need no entry.
import { z } from 'zod';

/** Refinements of a schema have its name, too. */
export const inGraphQL = z.registry<{ name: string }>();
