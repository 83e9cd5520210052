// What a list shows beside its rows.
import { words } from '../words/words.js';
import type { LiveList } from './live-list.js';

export const Changed = ({ list, text }: Readonly<{ list: LiveList; text: string }>) =>
  list.hasChanged ? (
    <p class="note">
      <button class="btn" type="button" onClick={list.renew}>
        {text}
      </button>
    </p>
  ) : null;

export function Failed({ renew }: Readonly<{ renew: () => void }>) {
  const { problem } = words.value;
  return (
    <div class="note warn" role="alert">
      <p>{problem.notAnswered}</p>
      <button class="btn" type="button" onClick={renew}>
        {problem.again}
      </button>
    </div>
  );
}

export const Skeleton = ({ count }: Readonly<{ count: number }>) => (
  <div class="lots" aria-busy="true">
    {Array.from({ length: count }, (_, n) => (
      <div class="card bone" key={n} aria-hidden="true">
        <span class="pic" />
        <span class="l" />
        <span class="l" />
      </div>
    ))}
  </div>
);
