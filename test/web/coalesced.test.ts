import { expect, it } from '@jest/globals';
import { coalesced } from '../../web/src/parts/coalesced.js';

it('asks once at a time, and once more for all that came meanwhile', async () => {
  const answers: (() => void)[] = [];
  const ask = coalesced(() => new Promise<void>((answer) => answers.push(answer)));
  for (let i = 0; i < 3; i++) void ask();
  expect(answers).toHaveLength(1);
  answers[0]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toHaveLength(2);
  answers[1]?.();
  await new Promise((resolve) => setImmediate(resolve));
  expect(answers).toHaveLength(2);
  void ask();
  expect(answers).toHaveLength(3);
});
