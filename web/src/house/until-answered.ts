// How a command is sent: under one id, again and again until the house has answered. The house acts once for one id, so a
// command whose answer was lost is never carried out twice.
import { NotAnswered } from './ask.js';
import { houseTime } from './clock.js';
import { newCommandId } from './ids.js';

const AGAIN_MS = 2_000;
/** After that the house has lost the command, or we have lost the house: the person decides. */
const GIVE_UP_MS = 60_000;

/** The house refuses the request itself, whatever its command. */
export type Unsent = Readonly<{ __typename: 'Unsent'; message: string }>;

/** The final answer to the command that `send` sends; the last one heard, or null, where none came within a minute. */
export async function untilAnswered<Answer extends Readonly<{ __typename: string }>>(
  send: (commandId: string) => Promise<Answer>,
): Promise<Answer | Unsent | null> {
  const sinceMs = houseTime();
  const commandId = newCommandId(sinceMs);
  for (;;) {
    const answer = await send(commandId).catch(unsent);
    const isFinal = answer !== null && answer.__typename !== 'Pending' && answer.__typename !== 'NotNow';
    if (isFinal || houseTime() - sinceMs > GIVE_UP_MS) return answer;
    await new Promise((done) => setTimeout(done, AGAIN_MS));
  }
}

const unsent = (error: unknown): Unsent | null =>
  error instanceof NotAnswered && error.isFinal ? { __typename: 'Unsent', message: error.message } : null;
