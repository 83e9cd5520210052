// What somebody does in a house step by step, each step by the answer to the one before.
import type { Runtime } from '../runtime/runtime.js';
import type { Dispatcher } from './dispatcher.js';
import type { Person } from './people.js';
import { seededCommandId } from './seeded-ids.js';
import type { Outcome, Wish } from './sender.js';

export type Answer = Exclude<Outcome, { kind: 'held' }>;

export type StoryParts = Readonly<{
  dispatcher: Dispatcher;
  runtime: Runtime;
  /** Makes the ids of commands. */
  seed: string;
  /** Told of a story that has broken off. */
  broken: (error: unknown) => void;
}>;

/** An answer that a story cannot go on with. */
class Unexpected extends Error {}

const LOOK_EVERY_MS = 1_000;

export class Stories {
  private steps = 0;

  constructor(private readonly parts: StoryParts) {}

  get now(): number {
    return this.parts.runtime.now();
  }

  /** Lets one happen. The run goes on until it has ended, and ends it where it stands if it is stopped. */
  begin(story: () => Promise<void>): void {
    const { dispatcher, broken } = this.parts;
    // After a stop nothing is answered any more: then a story waits for ever, and is forgotten with the run.
    void dispatcher.follow(story().catch(broken));
  }

  /** Part of a story that may break off without the rest of it. */
  told(part: Promise<void>): Promise<void> {
    return part.catch(this.parts.broken);
  }

  /** Asks for something, after a while, and resolves to the house's answer. */
  ask(by: Person, wish: Wish, afterMs = 0): Promise<Answer> {
    const { dispatcher, runtime, seed } = this.parts;
    const entry = `story ${this.steps++}`;
    return new Promise((resolve) => {
      dispatcher.at(runtime.monotonicMs() + Math.max(0, afterMs), {
        message: () => ({ by, commandId: seededCommandId(seed, entry, runtime.now()), wish }),
        answered: resolve,
      });
    });
  }

  /** The same, where the story cannot go on without it. Resolves to what the house said. */
  async must(by: Person, wish: Wish, afterMs = 0): Promise<unknown> {
    const answer = await this.ask(by, wish, afterMs);
    if (answer.kind === 'accepted') return answer.told;
    const name = wish.kind === 'command' ? wish.type : wish.kind;
    throw new Unexpected(`${name}: ${answer.kind === 'refused' ? answer.reason : answer.message}`);
  }

  /** Asks a question again and again until the answer is what is waited for; null if that does not come. */
  async until<T>(
    { by, document, variables }: Readonly<{ by: Person; document: string; variables: object }>,
    read: (told: unknown) => T | null,
    { afterMs = 0, times = 30 }: Readonly<{ afterMs?: number; times?: number }> = {},
  ): Promise<T | null> {
    for (let i = 0; i < times; i++) {
      const wish = { kind: 'question', document, variables } as const;
      const found = read(await this.must(by, wish, i === 0 ? afterMs : LOOK_EVERY_MS));
      if (found !== null) return found;
    }
    return null;
  }
}
