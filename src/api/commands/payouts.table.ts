// What staff ask of payouts: one of them prepares a run, another approves it.
import { payoutRunId } from '../../domain/ids.js';
import { nameUuid } from '../../runtime/name-uuid.js';
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import { bareBody } from '../schemas/commands.schema.js';
import { command } from './description.js';
import { PreparePayouts } from './submit.js';

const byStaff = { access: STAFF, accepted: ACCEPTED.payoutRun, body: bareBody } as const;

export const PAYOUT_COMMANDS = [
  command('PreparePayoutRun', {
    route: 'POST /payout-runs',
    summary:
      'Put together what sellers are to be paid out, in euros: all sales that are paid for, of sellers who have stated an account.',
    description: 'Nothing is paid until another of the staff approves it.',
    ...byStaff,
    acceptedStatus: 201,
    command: (_fields, { commandId }) => ({ payoutRunId: payoutRunId(nameUuid('payout run', commandId)), items: [] }),
    via: PreparePayouts,
  }),
  command('ApprovePayoutRun', {
    route: 'POST /payout-runs/:payoutRunId/approval',
    summary: 'Approve a payout run that another of the staff has prepared. Its sales are settled then.',
    ...byStaff,
    input: 'PayoutRunInput',
    command: (fields) => fields,
  }),
  command('DiscardPayoutRun', {
    route: 'POST /payout-runs/:payoutRunId/discarding',
    summary: 'Discard a payout run that is not approved.',
    ...byStaff,
    input: 'PayoutRunInput',
    command: (fields) => fields,
  }),
];
