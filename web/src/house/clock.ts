// The house's clock. The device's own may be wrong: every answer of the house sets this one right.
import { signal } from '@preact/signals';

/** The house's time less the device's, in milliseconds. */
let offset = 0;
let isSet = false;

/** Rises each second: whoever shows a time left reads it. */
export const now = signal(Date.now());

/** The `Date` header is cut to whole seconds, so the true time is up to a second later: half of it is added. */
const HALF_A_SECOND = 500;

export function setByHeader(date: string | null, askedAtMs: number): void {
  const time = Date.parse(date ?? '');
  if (Number.isNaN(time)) return;
  const here = (askedAtMs + Date.now()) / 2;
  const heard = time + HALF_A_SECOND - here;
  // Once set, only what cannot be true any more moves it: headers are coarse.
  if (isSet && Math.abs(heard - offset) < 2 * HALF_A_SECOND) return;
  offset = heard;
  isSet = true;
  now.value = houseTime();
}

export const houseTime = (): number => Date.now() + offset;

setInterval(() => {
  now.value = houseTime();
}, 1_000);
