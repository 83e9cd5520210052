// A small Kafka cluster of our own on this machine: one broker, or three that stand in for each other. Reachable on
// 127.0.0.1 only.
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { z } from 'zod';
import type { Log } from '../../runtime/log.js';
import { hasCode } from '../../runtime/system-error.js';
import { EmbeddedError } from '../embedded-error.js';
import { type Broker, formatBroker, type Java, startBroker } from './broker.js';
import type { BrokerPlan, Ports, SecureListener } from './broker-settings.js';
import { installKafka } from './installation.js';
import { javaProgram } from './java.js';

export type EmbeddedKafka = Readonly<{
  /** `host:port` of each broker, in order. */
  brokers: readonly string[];
  /** The same for the listener with TLS and passwords; empty without one. */
  secureBrokers: readonly string[];
  /** Numbers of the processes, for whoever measures or kills them. */
  pids: readonly number[];
  /** Ends one broker as a crash would; and starts it again on its data. Brokers count from 1. */
  kill(id: number): Promise<void>;
  restart(id: number): Promise<void>;
  /** Ends them all; `atOnce` for data that nobody needs again. Idempotent. */
  stop(atOnce?: boolean): Promise<void>;
}>;

export type EmbeddedKafkaOptions = Readonly<{
  /** Where the cluster lives, as `<GAVEL_DATA>/kafka`. Whoever calls holds the directory. */
  dataDir: string;
  brokers?: 1 | 3;
  /** The first broker's port, the others' follow; free ones are chosen when absent. */
  port?: number;
  /** Chooses so many free ports where none is named; for tests, which know of one that is taken before Kafka has it. */
  chooseFree?: (count: number) => Promise<readonly number[]>;
  heapMb?: number;
  secure?: SecureListener;
  /** How long a broker that was killed is taken for alive; only then may it come back. */
  sessionMs?: number;
  /** Starts sooner, runs slower. */
  short?: boolean;
  log: Log;
}>;

const host = '127.0.0.1';
const READY_WITHIN_MS = 240_000;
const SAY_EVERY_MS = 5_000;
const POLL_MS = 100;
const SESSION_MS = 6_000;
const PORT_ATTEMPTS = 3;

/**
 * Starts the brokers and resolves when all of them answer for the cluster. Fetches Kafka first where it is missing.
 * Refuses with an EmbeddedError of one line: no Java, no Maven, a taken port, a directory of another number of brokers.
 */
export async function startEmbeddedKafka(options: EmbeddedKafkaOptions): Promise<EmbeddedKafka> {
  const { log, brokers: count = 1, port } = options;
  const java: Java = {
    program: await javaProgram(),
    installation: await installKafka(log),
    heapMb: options.heapMb ?? 512,
    short: options.short ?? false,
  };
  await mkdir(options.dataDir, { recursive: true, mode: 0o700 });
  const dataDir = await realpath(options.dataDir);
  const clusterId = await clusterIdIn(dataDir, count);
  const each = options.secure === undefined ? 2 : 3;
  for (let attempt = 1; ; attempt++) {
    const numbers =
      port === undefined ? await (options.chooseFree ?? freePorts)(count * each) : await namedPorts(port, count, each);
    if (numbers.length !== count * each)
      throw new RangeError(`${count * each} ports are needed, not ${numbers.length}`);
    const ports = portsOf(numbers, count);
    try {
      return await startOn(ports, { ...options, dataDir, java, clusterId });
    } catch (error) {
      if (port !== undefined || attempt === PORT_ATTEMPTS || !isAboutTakenPort(error)) throw error;
      log.warn({ attempt, error: error.message }, 'a port that was free was taken before Kafka had it; trying others');
    }
  }
}

// A broker takes seconds to get to its port, and any outgoing connection of this machine may be given the number meanwhile.
const isAboutTakenPort = (error: unknown): error is EmbeddedError =>
  error instanceof EmbeddedError && /Address already in use|\.bind\(/.test(error.message);

type Start = EmbeddedKafkaOptions & Readonly<{ java: Java; clusterId: string }>;

async function startOn(
  ports: readonly Ports[],
  { dataDir, java, clusterId, secure, sessionMs = SESSION_MS, log }: Start,
): Promise<EmbeddedKafka> {
  const plans = ports.map(
    (_, i): BrokerPlan => ({
      id: i + 1,
      directory: join(dataDir, `broker-${i + 1}`),
      host,
      ports,
      sessionMs,
      secure: secure ?? null,
    }),
  );
  await Promise.all(plans.map((plan) => formatBroker(java, plan, clusterId)));
  const running = new Map<number, Broker>();
  const start = async (plan: BrokerPlan): Promise<void> => {
    running.set(plan.id, await startBroker(java, plan));
  };
  const stop = async (atOnce = false): Promise<void> => {
    await Promise.all([...running.values()].map((broker) => broker.stop(atOnce)));
  };
  const brokers = ports.map(({ broker }) => `${host}:${broker}`);
  try {
    await Promise.all(plans.map(start));
    await waitUntilReady(brokers, running, log);
  } catch (error) {
    await stop(true);
    throw error;
  }
  return {
    brokers,
    secureBrokers: ports.flatMap(({ secure: port }) => (port === null ? [] : [`${host}:${port}`])),
    pids: [...running.values()].map(({ pid }) => pid),
    kill: async (id) => running.get(id)?.stop(true),
    restart: async (id) => {
      const plan = plans.find((one) => one.id === id);
      if (plan === undefined) throw new RangeError(`there is no broker ${id}`);
      await running.get(id)?.stop(true);
      await start(plan);
      await waitUntilReady(brokers, running, log);
    },
    stop,
  };
}

const kept = z.object({ clusterId: z.string(), brokers: z.int() });

/** The cluster's name, made at its first start. The number of controllers that vote cannot be changed afterwards. */
async function clusterIdIn(dataDir: string, brokers: number): Promise<string> {
  const path = join(dataDir, 'cluster.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT')) throw error;
  });
  if (text === undefined) {
    const clusterId = randomBytes(16).toString('base64url');
    await writeFile(path, `${JSON.stringify({ clusterId, brokers })}\n`);
    return clusterId;
  }
  const found = kept.parse(JSON.parse(text));
  if (found.brokers !== brokers)
    throw new EmbeddedError(
      'VersionMismatch',
      `${dataDir} holds a Kafka of --brokers ${found.brokers}, and cannot become one of ${brokers}; remove it, or choose another GAVEL_DATA`,
    );
  return found.clusterId;
}

/** The brokers' ports from the first on; the controllers', then the secure ones, from a hundred behind the brokers' on. */
async function namedPorts(first: number, count: number, each: number): Promise<readonly number[]> {
  const numbers = Array.from({ length: count * each }, (_, i) => (i < count ? first + i : first + 100 + i));
  for (const port of numbers) await refuseTakenPort(port);
  return numbers;
}

const portsOf = (numbers: readonly number[], count: number): readonly Ports[] =>
  Array.from({ length: count }, (_, i) => ({
    broker: numbers[i] ?? 0,
    controller: numbers[count + i] ?? 0,
    secure: numbers[2 * count + i] ?? null,
  }));

/** All are held until all are known, so that no number comes twice. */
async function freePorts(count: number): Promise<number[]> {
  const probes = await Promise.all(Array.from({ length: count }, () => listening(0)));
  const ports = probes.map((probe) => {
    const address = probe.address();
    if (address === null || typeof address === 'string') throw new Error('a TCP server listens without a port');
    return address.port;
  });
  await Promise.all(probes.map((probe) => new Promise((closed) => probe.close(closed))));
  return ports;
}

async function refuseTakenPort(port: number): Promise<void> {
  const probe = await listening(port).catch((error: unknown) => {
    if (!hasCode(error, 'EADDRINUSE')) throw error;
    throw new EmbeddedError('PortTaken', `port ${port} on ${host}, wanted for Kafka, is taken by another program`);
  });
  await new Promise((closed) => probe.close(closed));
}

function listening(port: number) {
  return new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

async function waitUntilReady(brokers: readonly string[], running: Map<number, Broker>, log: Log): Promise<void> {
  const startedAt = performance.now();
  let saidAt = startedAt;
  while (!(await allAnswer(brokers))) {
    for (const [id, broker] of running)
      if (broker.hasEnded())
        throw new EmbeddedError('StartFailed', `Kafka's broker ${id} did not start: ${await broker.lastWords()}`);
    const now = performance.now();
    if (now - startedAt > READY_WITHIN_MS)
      throw new EmbeddedError(
        'StartFailed',
        `waited ${READY_WITHIN_MS / 1000} s for ${brokers.length} brokers of Kafka`,
      );
    if (now - saidAt > SAY_EVERY_MS) {
      log.info({ seconds: Math.round((now - startedAt) / 1000) }, 'waiting for Kafka to answer');
      saidAt = now;
    }
    await sleep(POLL_MS);
  }
}

/** True when each broker, asked by itself, knows all of them. */
async function allAnswer(brokers: readonly string[]): Promise<boolean> {
  const answers = await Promise.all(brokers.map((broker) => knownTo(broker)));
  return answers.every((known) => known === brokers.length);
}

async function knownTo(broker: string): Promise<number> {
  const client = new kafkajs.Kafka({
    clientId: 'gavel-ready',
    brokers: [broker],
    logLevel: kafkajs.logLevel.NOTHING,
    connectionTimeout: 2_000,
    // Whoever listens there instead of our broker may never answer, and kafkajs would wait for half a minute.
    requestTimeout: 5_000,
    retry: { retries: 0 },
  });
  const admin = client.admin();
  try {
    await admin.connect();
    return (await admin.describeCluster()).brokers.length;
  } catch {
    // It does not listen yet, or does not know its cluster yet: both are what is waited for.
    return 0;
  } finally {
    await admin.disconnect();
  }
}
