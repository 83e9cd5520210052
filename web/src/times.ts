// Times and spans of time as people read them.

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
export const LAST_MINUTE_MS = MINUTE;
const BY_SECONDS_MS = 5 * MINUTE;

/** As "3 d 4 h", "2 h 14 min", "18 min", "4:32", "0:00". */
export function spanText(ms: number): string {
  const left = Math.max(0, Math.ceil(ms / SECOND) * SECOND);
  const [days, hours, minutes] = [DAY, HOUR, MINUTE].map((unit) => Math.floor(left / unit)) as [number, number, number];
  if (days > 0) return `${days} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${minutes % 60} min`;
  if (left >= BY_SECONDS_MS) return `${minutes} min`;
  return `${minutes}:${String((left / SECOND) % 60).padStart(2, '0')}`;
}

/** How far apart two moments are, as "20 s", "90 s", "5 min". */
export const apartText = (ms: number): string => (ms < BY_SECONDS_MS ? `${Math.round(ms / SECOND)} s` : spanText(ms));

/** The day of a time in milliseconds. */
export const dayText = (ms: number, locale: string): string =>
  new Date(ms).toLocaleDateString(locale, { dateStyle: 'medium' });

/** The time of day, with seconds; with the date in front where it is not today. */
export function clockText(iso: string, nowMs: number, locale: string): string {
  const date = new Date(iso);
  const time = date.toLocaleTimeString(locale);
  if (date.toDateString() === new Date(nowMs).toDateString()) return time;
  return `${date.toLocaleDateString(locale, { weekday: 'short', day: 'numeric', month: 'short' })}, ${time}`;
}
