/** Whether something thrown by the system or by a program that was run carries one of these codes, as `ENOENT`. */
export function hasCode(error: unknown, ...codes: readonly (string | number)[]): boolean {
  // No `instanceof Error`: errors of Node's core belong to another realm when the caller runs in a `vm` context.
  return typeof error === 'object' && error !== null && 'code' in error && codes.some((code) => code === error.code);
}
