// `gavel fraud fit` and `gavel fraud evaluate`: models of fraud, made and marked on simulated markets. No house is needed.
import type { Command } from 'commander';
import { type Figures, figuresOf } from '../fraud-fit/figures.js';
import { BUDGET, fitModel } from '../fraud-fit/fit.js';
import { marketOf } from '../fraud-fit/market.js';
import { type Samples, samplesOf } from '../fraud-fit/samples.js';
import { FRAUD_MODEL_FILE, readFraudModel, writeFraudModel } from '../house/fraud-model-file.js';
import { OperatorError } from '../runtime/operator-error.js';
import { say } from '../terminal/progress.js';

/** Fitted from 1 on, marked while it is made from 51 on, evaluated from 401 on: no market serves two purposes. */
const FIRST = { fit: 1, check: 51, evaluation: 401 } as const;
const SEEDS_MAX = 50;

type Options = Readonly<{ seeds: string; model: string; out: string }>;

/** Adds `fit` and `evaluate` to `gavel fraud`. */
export function addModelCommands(fraud: Command, print: (line: string) => void): void {
  fraud
    .command('fit')
    .description('make a model on simulated markets, in some minutes')
    .option('--seeds <count>', 'how many markets', '4')
    .option('--out <file>', 'where to write it', FRAUD_MODEL_FILE)
    .action(({ seeds, out }: Options) => {
      const [fitted, checked] = [seedsFrom(FIRST.fit, seeds), seedsFrom(FIRST.check, seeds)];
      const before = readFraudModel();
      const version = before.version + 1;
      say(`fitting version ${version} with seeds ${fitted.join(', ')}`);
      const model = fitModel(samplesOfSeeds(fitted), version, before.weights);
      const figures = figuresOf(samplesOfSeeds(checked), model);
      const kept = { threshold: 0.5, budget: BUDGET, fittedWith: { seeds: fitted } } as const;
      writeFraudModel(out, { ...model, ...kept, measured: { seeds: checked, figures } });
      for (const line of tableOf(figures)) print(line);
      print(`wrote version ${version} to ${out}; the figures are of seeds ${checked.join(', ')}`);
    });
  fraud
    .command('evaluate')
    .description(
      'how good a model is on simulated markets that it was not fitted with; the last line is one JSON object',
    )
    .option('--seeds <count>', 'how many markets', '4')
    .option('--model <file>', 'the model', FRAUD_MODEL_FILE)
    .action(({ seeds, model: file }: Options) => {
      const model = readFraudModel(file);
      const evaluated = seedsFrom(FIRST.evaluation, seeds);
      const both = evaluated.filter((seed) => model.fittedWith.seeds.includes(seed));
      if (both.length > 0)
        throw new OperatorError(`${file} was fitted with seed ${both.join(', ')}; mark it with others`);
      const figures = figuresOf(samplesOfSeeds(evaluated), model);
      const fitted = model.fittedWith.seeds;
      print(
        `model ${model.version}, fitted with seeds ${fitted.join(', ')}, evaluated on seeds ${evaluated.join(', ')}: none is in both`,
      );
      for (const line of tableOf(figures)) print(line);
      print(JSON.stringify({ model: model.version, seeds: evaluated, fittedWith: fitted, ...figures }));
    });
}

function* marketsOf(seeds: readonly number[]) {
  for (const seed of seeds) yield marketOf(seed);
}

const samplesOfSeeds = (seeds: readonly number[]): Samples => samplesOf(marketsOf(seeds));

function seedsFrom(first: number, text: string): number[] {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count < 1 || count > SEEDS_MAX)
    throw new OperatorError(
      `--seeds is ${JSON.stringify(text.slice(0, 20))}; it must be a number from 1 to ${SEEDS_MAX}`,
    );
  return Array.from({ length: count }, (_, i) => first + i);
}

function tableOf({ patterns, honest, habits }: Figures): readonly string[] {
  return [
    'who                        accounts flagged          pairs flagged before the close   median lead, precision at 0.3 % fraud',
    ...Object.entries(patterns).map(
      ([name, of]) =>
        `${name.padEnd(26)} ${part(of.caught, of.accounts).padEnd(25)} ${part(of.flagged, of.pairs).padEnd(32)} ${of.medianLeadHours?.toFixed(1) ?? '–'} h, ${of.precision?.toFixed(2) ?? '–'}`,
    ),
    ...Object.entries({ 'all honest people': honest, ...habits }).map(
      ([name, of]) => `${name.padEnd(26)} ${part(of.flagged, of.accounts)}`,
    ),
  ];
}

const part = (some: number, all: number): string =>
  `${some} of ${all} (${all === 0 ? 0 : ((100 * some) / all).toFixed(1)} %)`;
