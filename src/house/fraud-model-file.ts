// A model of fraud as a file: config/fraud-model.json of the package is the one in force.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { FACTORS, FLAGGED_ABOVE, type FraudModel, SIGNALS } from '../domain/fraud/fraud-model.js';
import { OperatorError } from '../runtime/operator-error.js';
import { PACKAGE_ROOT } from '../runtime/package-root.js';

const weight = z.number().min(0);
const seeds = z.array(z.int().min(1));
const modelSchema = z.strictObject({
  version: z.int().min(1),
  intercept: z.number(),
  weights: z.strictObject(
    Object.fromEntries([...FACTORS, ...SIGNALS].map((name) => [name, weight])) as Record<
      keyof FraudModel['weights'],
      typeof weight
    >,
  ),
  /** The score above which a bid is flagged. The intercept puts the budget there, so it is the same in every model. */
  threshold: z.literal(FLAGGED_ABOVE),
  /** The shares of honest people, and of loyal collectors, that the fit let be flagged. */
  budget: z.strictObject({ honest: z.number(), collectors: z.number() }),
  /** The simulated markets it was fitted with. */
  fittedWith: z.strictObject({ seeds }),
  /** What it came to on other markets when it was made. */
  measured: z.strictObject({ seeds, figures: z.record(z.string(), z.unknown()) }),
});

export type FraudModelFile = z.output<typeof modelSchema>;

export const FRAUD_MODEL_FILE = join(PACKAGE_ROOT, 'config', 'fraud-model.json');

/** A model that scores beside the one in force. Renamed to the other name, it takes the lead once it has come as far. */
const NEXT_FILE = join(PACKAGE_ROOT, 'config', 'fraud-model.next.json');

/** The model that scores beside the one in force; null where there is none. */
export const nextFraudModel = (): FraudModelFile | null => (existsSync(NEXT_FILE) ? readFraudModel(NEXT_FILE) : null);

/** Reads a model. Throws one sentence on a file that is none. */
export function readFraudModel(file: string = FRAUD_MODEL_FILE): FraudModelFile {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new OperatorError(`${file} cannot be read as JSON`, { cause });
  }
  const parsed = modelSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new OperatorError(`${file} is no model of fraud: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
}

/** Writes a model, whole or not at all. */
export function writeFraudModel(file: string, model: FraudModelFile): void {
  const unfinished = `${file}.unfinished`;
  writeFileSync(unfinished, `${JSON.stringify(modelSchema.parse(model), null, 2)}\n`);
  renameSync(unfinished, file);
}
