/** A failure whose message is all that whoever runs the program needs: one sentence, no stack (cli/sentences.ts). */
export class OperatorError extends Error {
  override readonly name = 'OperatorError';
}
