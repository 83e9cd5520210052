import { now } from '../house/clock.js';
import { clockText } from '../times.js';
import { locale } from '../words/words.js';

/** A moment as people read it: the time of day, with the date where it is not today. */
export const Time = ({ at }: Readonly<{ at: string }>) => (
  <time class="num" dateTime={at}>
    {clockText(at, now.value, locale.value)}
  </time>
);
