// Adds up Jest's reports: `summary.mjs FAILED-STEPS REPORT…`. A skipped test must say in its name what the machine
// lacks (test/support/requires.ts); any other skip counts as failed. A report that was never written does as well.
import { existsSync, readFileSync } from 'node:fs';

const [broken, ...reports] = process.argv.slice(2);
let passed = 0;
let failed = Number(broken);

for (const report of reports.filter(existsSync)) {
  const { numPassedTests, numFailedTests, numFailedTestSuites, testResults } = JSON.parse(readFileSync(report, 'utf8'));
  passed += numPassedTests;
  // A file that does not even load fails as a suite, without a failing test in it.
  const unloaded = testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0).length;
  failed += numFailedTests + Math.min(unloaded, numFailedTestSuites);
  for (const { fullName, status } of testResults.flatMap((file) => file.assertionResults)) {
    if (status === 'passed' || status === 'failed') continue;
    const excused = fullName.includes('(skipped: ');
    console.log(`${excused ? 'skipped' : 'skipped without need'}: ${fullName}`);
    if (!excused) failed += 1;
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
