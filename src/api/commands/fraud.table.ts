// What staff ask of fraud cases. Nothing else follows from it: suspending a person, withdrawing an auction and voiding a bid are
// commands of their own.
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import { reasonBody } from '../schemas/commands.schema.js';
import { assignmentBody, noteBody } from '../schemas/desk.schema.js';
import { command } from './description.js';

const byStaff = { access: STAFF, accepted: ACCEPTED.fraudCase } as const;

export const FRAUD_COMMANDS = [
  command('AssignFraudCase', {
    route: 'PUT /fraud/cases/:caseId/assignee',
    summary: 'Say who works on a fraud case.',
    ...byStaff,
    body: assignmentBody,
    command: ({ assigneeId, ...fields }, { caller }) => ({ ...fields, assigneeId: assigneeId ?? caller.userId }),
  }),
  command('NoteFraudCase', {
    route: 'POST /fraud/cases/:caseId/notes',
    summary: 'Add a note to a fraud case. Write no names: notes are not encrypted.',
    ...byStaff,
    body: noteBody,
    command: (fields) => fields,
  }),
  command('DismissFraudCase', {
    route: 'POST /fraud/cases/:caseId/dismissal',
    summary: 'There is nothing to a fraud case.',
    description: 'It opens again when an account of it was flagged in three more auctions, or another account is.',
    ...byStaff,
    body: reasonBody,
    input: 'FraudCaseReasonInput',
    command: (fields) => fields,
  }),
  command('ConfirmFraudCase', {
    route: 'POST /fraud/cases/:caseId/confirmation',
    summary: 'It is fraud.',
    description: 'Nothing follows from it by itself: suspend, withdraw or void as it needs.',
    ...byStaff,
    body: reasonBody,
    input: 'FraudCaseReasonInput',
    command: (fields) => fields,
  }),
];
