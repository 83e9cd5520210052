// What the house sends itself arrives as it was: amounts, and numbers that are not whole.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commandId, fraudCaseId, userId } from '../../../src/domain/ids.js';
import type { Command } from '../../../src/domain/messages.js';
import { commandText, houseMessage } from '../../../src/kafka/commands/command.codec.js';
import { parseExactly } from '../../../src/runtime/exact-json.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';

const runtime = new SystemRuntime();
const [sue, ann] = [userId(runtime.uuid()), userId(runtime.uuid())];

function sent(command: Command): Command | undefined {
  const envelope = {
    command,
    commandId: commandId(runtime.uuid()),
    actor: { kind: 'house' as const },
    correlationId: null,
  };
  return houseMessage(parseExactly(commandText(envelope, null)))?.command;
}

it('a fraud case with whatever scores', () => {
  const score = fc.double({ min: 0, max: 1, noNaN: true }).map((value) => value + 0);
  fc.assert(
    fc.property(score, fc.double({ min: 0, max: 1e9, noNaN: true }), fc.nat(), (a, concentration, auctions) => {
      const evidence = {
        bidderId: ann,
        flaggedAuctions: 3,
        auctions,
        concentration,
        score: a,
        reasons: ['smallSteps'],
      } as const;
      const command: Command = {
        type: 'OpenFraudCase',
        caseId: fraudCaseId(runtime.uuid()),
        sellerId: sue,
        modelVersion: 1,
        accounts: [evidence],
        bonds: [],
      };
      expect(sent(command)).toEqual(command);
    }),
  );
});
