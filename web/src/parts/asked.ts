// Something asked of the house, for as long as a page shows it.
import { useEffect, useRef, useState } from 'preact/hooks';
import { coalesced } from './coalesced.js';

export type Asked<Answer> = Readonly<{
  answer: Answer | null;
  failed: boolean;
  renew: () => void;
  /** The same for who has to know when it is answered; rejects where it is not. */
  again: () => Promise<void>;
}>;

/**
 * Asks when the page comes up, when `key` changes, and whenever `renew` is called. What was answered stays until the next
 * answer to the same key; a page that fails keeps what it has.
 */
export function useAsked<Answer>(ask: () => Promise<Answer>, key = ''): Asked<Answer> {
  const [state, setState] = useState<Readonly<{ key: string; answer: Answer | null; failed: boolean }>>({
    key,
    answer: null,
    failed: false,
  });
  const latest = useRef({ ask, key });
  latest.current = { ask, key };
  const failure = useRef<unknown>(null);
  const [asking] = useState(() =>
    coalesced(async () => {
      const { ask: question, key: of } = latest.current;
      const [asked] = await Promise.allSettled([question()]);
      if (of !== latest.current.key) return;
      failure.current = asked.status === 'fulfilled' ? null : asked.reason;
      setState((before) =>
        asked.status === 'fulfilled'
          ? { key: of, answer: asked.value, failed: false }
          : { key: of, answer: before.key === of ? before.answer : null, failed: true },
      );
    }),
  );
  const [renew] = useState(() => () => void asking());
  const [again] = useState(() => async () => {
    await asking();
    if (failure.current !== null) throw failure.current;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another key is another question.
  useEffect(renew, [key]);
  const isAnswered = state.key === key;
  return { answer: isAnswered ? state.answer : null, failed: isAnswered && state.failed, renew, again };
}

/** Does it again every so many milliseconds while the page is looked at. */
export function useEvery(ms: number, work: () => void): void {
  const latest = useRef(work);
  latest.current = work;
  useEffect(() => {
    const timer = setInterval(() => document.visibilityState === 'visible' && latest.current(), ms);
    return () => clearInterval(timer);
  }, [ms]);
}
