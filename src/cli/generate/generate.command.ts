// `gavel generate`: a synthetic marketplace, drawn from a seed and played by clients of the public API.
import { once } from 'node:events';
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../../config.js';
import { makePlan } from '../../generator/draw-plan.js';
import { HttpSender } from '../../generator/http.sender.js';
import { KafkaSender } from '../../generator/kafka.sender.js';
import type { Plan } from '../../generator/plan.js';
import { answerLines, type MoveResult, planLines } from '../../generator/plan-lines.js';
import { durationFor, type PlayReport, playPlan, requestsOf } from '../../generator/play-plan.js';
import type { Sender } from '../../generator/sender.js';
import { clientTokens } from '../../house/client-tokens.js';
import { BatchingProducer } from '../../kafka/client/batching-producer.js';
import { kafkaClient } from '../../kafka/client/connection.js';
import { silentLog } from '../../runtime/log.js';
import { OperatorError } from '../../runtime/operator-error.js';
import type { Runtime } from '../../runtime/runtime.js';
import { say, spanWords, startProgress } from '../../terminal/progress.js';
import { listenForStop } from '../../terminal/stop-signal.js';
import { houseAt } from '../house-address.js';
import { type GenerateOptions, type GenerateTexts, readGenerateOptions } from './generate.options.js';
import { planSummary, playSummary } from './summary.js';

export type GenerateParts = Readonly<{
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
  /** Called when the command has run to its end and has bad news. */
  fail: () => void;
}>;

type Options = GenerateTexts & Readonly<{ dryRun?: true; plan?: string; answers?: string }>;

/** Adds `gavel generate`. */
export function registerGenerate(program: Command, parts: GenerateParts): void {
  program
    .command('generate')
    .description('fill a running house with synthetic people, auctions and bids, drawn from a seed (docs/generator.md)')
    .option('--users <number>', 'people', '1000')
    .option('--items <number>', 'auctions', '5000')
    .option('--bids <number>', 'bids', '100000')
    .option('--seed <text>', 'the same seed draws the same marketplace; a fresh one unless given')
    .option('--profile <name>', 'when bids come: card or observed', 'card')
    .option('--fraud <percent>', 'auctions that carry a marked pattern of fraud', '5')
    .option(
      '--rate <number>',
      'requests a second, at most; a house takes 100 from one address unless told otherwise',
      '90',
    )
    .option(
      '--duration <time>',
      'how long the auctions are spread over, as 90s or 10m; what the rate needs unless given',
    )
    .option('--url <url>', 'where the house answers; the one that is open on GAVEL_DATA unless given')
    .option('--via <road>', 'how listings and bids travel: http, or kafka, to the brokers of the settings', 'http')
    .option(
      '--answers <file>',
      'where the marked moves go, as JSON lines; generated/answers-SEED.jsonl in GAVEL_DATA unless given',
    )
    .option(
      '--plan <file>',
      'also write the whole plan, as JSON lines; generated/plan-SEED.jsonl in GAVEL_DATA in a dry run',
    )
    .option('--dry-run', 'draw and write, and send nothing')
    .action((options: Options) => generate(options, parts));
}

async function generate(texts: Options, parts: GenerateParts): Promise<void> {
  const options = readGenerateOptions(texts, () => parts.runtime.uuid().slice(-12));
  // A house that cannot be spoken to is found before the work is done.
  const opened = texts.dryRun === true ? null : await senderTo(options, parts);
  try {
    await drawAndPlay(texts, options, parts, opened?.sender ?? null);
  } finally {
    await opened?.close();
  }
}

async function drawAndPlay(
  texts: Options,
  options: GenerateOptions,
  parts: GenerateParts,
  sender: Sender | null,
): Promise<void> {
  const { runtime, print } = parts;
  const { seed } = options.plan;
  const ours = (name: string): string => join(folderIn(parts.config()), `${name}-${seed}.jsonl`);
  const answersFile = texts.answers ?? ours('answers');
  const plan = makePlan(options.plan);
  const durationMs = durationOf(plan, options);
  for (const line of planSummary(plan)) print(line);
  const planFile = texts.plan ?? (sender === null ? ours('plan') : null);
  if (planFile !== null) await writeLines(planFile, planLines(plan));
  if (sender === null) {
    await writeLines(
      answersFile,
      answerLines(plan, () => null),
    );
    print(`Nothing was sent. The plan is in ${planFile}, the answers are in ${answersFile}.`);
    return;
  }
  await expectWritable(answersFile);
  const report = await play({ plan, sender, runtime, rate: options.rate, durationMs });
  for (const line of playSummary(plan, report, longestOf(plan))) print(line);
  if (report.end === 'already listed')
    throw new OperatorError(`this house holds the auctions of seed ${seed} already; choose another with --seed`);
  const resultOf = (entry: number): MoveResult | null => report.results.get(entry) ?? null;
  await writeLines(answersFile, answerLines(plan, resultOf));
  print(`  answers      ${answersFile}`);
  if (report.end !== 'done' || report.tally.faults > 0) parts.fail();
}

/** Beside the house's data: what nobody asked for by name is left in no folder of the caller's. */
function folderIn({ dataDirectory }: Config): string {
  const folder = join(dataDirectory, 'generated');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folder;
}

const longestOf = ({ auctions }: Plan): number =>
  auctions.reduce((longest, { lengthMs }) => Math.max(longest, lengthMs), 0);

/** Refuses a run in which the rate could not be kept: bids would come too late and the auctions' shape would be lost. */
function durationOf(plan: Plan, { rate, durationMs }: GenerateOptions): number {
  const needed = durationFor(plan, rate);
  if (durationMs === null || durationMs >= needed) return durationMs ?? needed;
  const requests = requestsOf(plan) - plan.people.length;
  throw new OperatorError(
    `--duration is ${spanWords(durationMs)}; ${requests} requests at ${rate} a second need ${Math.ceil(needed / 1_000)}s, so allow that or a higher --rate`,
  );
}

type OpenSender = Readonly<{ sender: Sender; close: () => Promise<void> }>;

async function senderTo(
  { url: given, via }: GenerateOptions,
  { config: load, runtime }: GenerateParts,
): Promise<OpenSender> {
  const config = load();
  const { kafka } = config;
  if (via === 'kafka' && kafka === null)
    throw new OperatorError('GAVEL_KAFKA_BROKERS names no brokers; --via kafka writes to those of the house');
  const { url, shown } = await houseAt(given, config);
  say(`playing in ${shown}`);
  const tokenOf = await clientTokens(config, runtime);
  const http = new HttpSender({ url, tokenOf, runtime });
  if (via === 'http' || kafka === null) return { sender: http, close: async () => undefined };
  const producer = new BatchingProducer(await kafkaClient(kafka.kafka, silentLog), runtime);
  await producer.connect().catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`Kafka at ${kafka.kafka.brokers.join(', ')} (GAVEL_KAFKA_BROKERS) cannot be used: ${why}`, {
      cause,
    });
  });
  const { prefix } = kafka.kafka;
  return { sender: new KafkaSender({ http, producer, prefix, tokenOf, runtime }), close: () => producer.close() };
}

type Playing = Readonly<{ plan: Plan; sender: Sender; runtime: Runtime; rate: number; durationMs: number }>;

/** Plays it with a bar on stderr. The first Ctrl-C ends the run with what there is, a second one the process. */
async function play(playing: Playing): Promise<PlayReport> {
  const stopped = new AbortController();
  const signal = listenForStop(() => process.exit(130));
  void signal.asked.then((name) => {
    if (stopped.signal.aborted) return;
    say(`${name}: no more is sent; waiting for the last answers`);
    stopped.abort();
  });
  const progress = startProgress('requests', requestsOf(playing.plan));
  try {
    return await playPlan({ ...playing, stop: stopped.signal, progress: (done) => progress.at(done) });
  } finally {
    progress.stop();
    signal.release();
  }
}

/** So that a long run does not end without its answers. What the file holds is left alone until there are others. */
async function expectWritable(path: string): Promise<void> {
  const file = createWriteStream(path, { flags: 'a' });
  await once(file, 'open');
  file.end();
  await once(file, 'close');
}

/** Writes the file anew. */
async function writeLines(path: string, lines: Iterable<string>): Promise<void> {
  const file = createWriteStream(path);
  // Before the first line, so that a path that cannot be written to is told as such.
  await once(file, 'open');
  for (const line of lines) if (!file.write(`${line}\n`)) await once(file, 'drain');
  file.end();
  await once(file, 'close');
}
