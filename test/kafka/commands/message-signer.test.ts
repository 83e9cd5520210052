import { expect, it } from '@jest/globals';
import { MessageSigner } from '../../../src/kafka/commands/message-signer.js';

const [before, after, third] = ['before', 'after', 'third'].map((word) => Buffer.from(word.padEnd(32, '.'))) as [
  Buffer,
  Buffer,
  Buffer,
];
const STEPS = [
  new MessageSigner(before),
  new MessageSigner(before, after),
  new MessageSigner(after, before),
  new MessageSigner(after),
];
const believes = (reader: MessageSigner | undefined, writer: MessageSigner | undefined) =>
  reader?.verifies(writer?.sign('command', 'a bid') ?? Buffer.alloc(0), 'command', 'a bid');

it.each([0, 1, 2])(
  'changes its key: at step %i processes before and after their restart believe each other',
  (step) => {
    const beside = STEPS.slice(step, step + 2);
    for (const writer of beside) for (const reader of beside) expect(believes(reader, writer)).toBe(true);
  },
);

it('believes the key before the change no longer once it has ended, nor a third one meanwhile', () => {
  expect(believes(STEPS[3], STEPS[0])).toBe(false);
  expect(believes(STEPS[1], new MessageSigner(third))).toBe(false);
});

it('believes a signature for its own purpose and parts only', () => {
  const [signer, changing] = [STEPS[0], STEPS[2]];
  const given = signer?.sign('command', 'a bid') ?? Buffer.alloc(0);
  expect(changing?.verifies(given, 'command', 'a bid')).toBe(true);
  expect(changing?.verifies(given, 'fact', 'a bid')).toBe(false);
  expect(changing?.verifies(given, 'command', 'another bid')).toBe(false);
});
