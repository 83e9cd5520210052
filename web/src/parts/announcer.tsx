// What screen readers are told: two regions that are there from the start, and stay empty until there is news.
import { signal } from '@preact/signals';

const [polite, assertive] = [signal(''), signal('')];

/** Told when the reader has finished. The same text is never set twice in a row. */
export function tell(text: string): void {
  polite.value = text;
}

/** Told at once: outbid, refused, accepted, the result, the connection. */
export function tellAtOnce(text: string): void {
  assertive.value = text;
}

export const Announcer = () => (
  <>
    <p class="hide" role="status" aria-live="polite">
      {polite}
    </p>
    <p class="hide" role="alert" aria-live="assertive">
      {assertive}
    </p>
  </>
);
