// Whether something that a server tells is what it was told to be.

/**
 * True if everything in `wanted` is in `actual` with the same value. Servers add fields of their own: more keys in an object
 * are let through. A list has the same length and order. An absent value and null are the same.
 */
export function contains(actual: unknown, wanted: unknown): boolean {
  if (wanted === null || wanted === undefined) return actual === null || actual === undefined;
  if (Array.isArray(wanted))
    return (
      Array.isArray(actual) &&
      actual.length === wanted.length &&
      wanted.every((one: unknown, index) => contains(actual[index], one))
    );
  if (typeof wanted !== 'object') return actual === wanted;
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return false;
  const told = actual as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([key, value]) => contains(told[key], value));
}
