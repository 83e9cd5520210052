// A verification told to people.
import { isoTime } from '../domain/time.js';
import type { Verification } from '../verify/verify.js';

/** The lines: what was read, what each table holds, what is wrong, and the verdict last. */
export function reportLines(result: Verification): readonly string[] {
  const { events, streams, tables, findings, findingsTotal, parked } = result;
  const lines = [
    `${events} events in ${streams} streams; Silver stands at ${result.silverAt.join(', ') || 'the beginning'}`,
  ];
  for (const { table, rows, expectedRows, amount, sum, expectedSum } of tables) {
    const money = amount === null ? '' : `, ${amount} ${sum} of ${expectedSum}`;
    lines.push(`  ${table.padEnd(14)} ${rows} of ${expectedRows} rows${money}`);
  }
  for (const { check, subject, problem } of findings) lines.push(`${check}: ${subject}: ${problem}`);
  if (findingsTotal > findings.length) lines.push(`and ${findingsTotal - findings.length} more`);
  for (const { consumer, streamId, revision, waiting, parkedAt, reason } of parked)
    lines.push(
      `parked by ${consumer}: ${streamId} at r${revision}, ${waiting} waiting since ${isoTime(parkedAt)}: ${reason}`,
    );
  const problems = `${findingsTotal} differences, ${parked.length} parked streams`;
  lines.push(result.clean ? 'clean: Silver is what the journal says' : `not clean: ${problems}`);
  return lines;
}
