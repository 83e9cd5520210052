// What tests import as '@jest/globals': the functions of the file that runs now, as live bindings, so that a support module
// that several files share calls those of the right one.
export let describe, it, test, expect, beforeAll, afterAll, beforeEach, afterEach, jest;

export function setGlobals(of) {
  ({ describe, it, test, expect, beforeAll, afterAll, beforeEach, afterEach, jest } = of);
}
