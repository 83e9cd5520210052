// What a command says when it cannot do what was asked: one sentence, no stack.

import { ConfigInvalid } from '../config.js';
import { OperatorError } from '../runtime/operator-error.js';

/** Codes of errors from our own modules whose messages are written for whoever typed the command. */
const SPOKEN_CODES: ReadonlySet<string> = new Set([
  'DataDirectoryInUse',
  'PortTaken',
  'NoServerUser',
  'PlatformUnsupported',
  'InitialisationFailed',
  'VersionMismatch',
  'StartFailed',
  'StopFailed',
  'ServerLost',
  'JavaMissing',
  'MavenMissing',
  'KafkaFetchFailed',
  'TopicsUnfit',
  'MigrationRefused',
  'JournalUnavailable',
  'JournalRefused',
  'JournalInconsistent',
  'StreamCorrupt',
  'FeedInconsistent',
  'CheckpointInconsistent',
  'EventStoreUnfit',
  'KeyDamaged',
  'MessagesLost',
  'DeadLetterUnreadable',
]);

/** What the operating system says, in words; `%` stands for the file it speaks of. */
const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied: %',
  EPERM: 'not permitted: %',
  EROFS: '% is on a read-only file system',
  ENOSPC: 'no space left on the device that holds %',
  ENOENT: '% does not exist',
  ENOTDIR: '% is not a directory',
  EISDIR: '% is a directory',
};

/**
 * The sentences to print for an error, one a line. An error that nobody expected gives its stack, which is then the
 * better message.
 * @param error anything that was thrown.
 */
export function sentencesFor(error: unknown): readonly string[] {
  if (!(error instanceof Error)) return [`something that is no error was thrown: ${String(error)}`];
  if (error instanceof OperatorError) return [oneLine(error.message)];
  if (error instanceof ConfigInvalid) return error.problems;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (SPOKEN_CODES.has(code)) return [oneLine(error.message)];
  const words = SYSTEM_ERRORS[code];
  return [words === undefined ? (error.stack ?? error.message) : words.replace('%', () => subjectOf(error))];
}

function subjectOf(error: Error): string {
  return 'path' in error && typeof error.path === 'string' ? error.path : oneLine(error.message);
}

const oneLine = (text: string): string => text.trim().replaceAll(/\s*\n\s*/g, ' | ');
