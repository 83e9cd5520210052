// What people ask of their accounts, and the house of theirs.
import { NO_TIES } from '../../domain/user/user.commands.js';
import { STAFF } from '../auth/access.js';
import { ACCEPTED } from '../schemas/accepted.js';
import {
  bankAccountBody,
  bareBody,
  mailBody,
  personalDataBody,
  ratingBody,
  reasonBody,
  registerUserBody,
  suspensionBody,
  taxNumberBody,
  taxPositionBody,
} from '../schemas/commands.schema.js';
import { type Asking, command } from './description.js';
import { encryptedBankAccount, encryptedData, encryptedTaxNumber, encryptedUsername, isEmpty } from './encryption.js';
import { Erase } from './submit.js';

const encryptedName = async (username: string, { caller: { userId }, keyStore }: Asking) => ({
  userId,
  username: await encryptedUsername(keyStore, userId, username),
  personalData: null,
});

export const USER_COMMANDS = [
  command('RegisterUser', {
    route: 'POST /users',
    summary: 'Register yourself.',
    access: 'anyone',
    body: registerUserBody,
    accepted: ACCEPTED.account,
    acceptedStatus: 201,
    command: async ({ username, ...data }, asking) => {
      const named = await encryptedName(username, asking);
      return isEmpty(data)
        ? named
        : { ...named, personalData: await encryptedData(asking.keyStore, named.userId, data) };
    },
    message: {
      description: 'Name, e-mail and address are taken by the API alone, which encrypts them before they are kept.',
      takes: { username: registerUserBody.fields.username },
      command: ({ username }, asking) => encryptedName(username, asking),
    },
  }),
  command('ChangePersonalData', {
    route: 'PUT /users/me/personal-data',
    summary: 'Change your name, e-mail and address.',
    access: 'anyone',
    body: personalDataBody,
    input: 'PersonalDataInput',
    accepted: ACCEPTED.account,
    command: async (data, { caller: { userId }, keyStore }) => ({
      userId,
      personalData: await encryptedData(keyStore, userId, data),
    }),
  }),
  command('RequestEmailVerification', {
    route: 'POST /users/me/email-verification',
    summary: 'Have a link sent to the e-mail address in your personal data, which confirms it.',
    description: 'Once in ten minutes. Whoever changes personal data confirms the address anew.',
    access: 'anyone',
    body: bareBody,
    accepted: ACCEPTED.account,
    command: (_fields, { caller: { userId } }) => ({ userId }),
  }),
  command('ChooseMail', {
    route: 'PUT /users/me/mail',
    summary: 'Say whether you want news by e-mail: outbid, won, invoices and the like.',
    description: 'Mail goes to a confirmed address only.',
    access: 'anyone',
    body: mailBody,
    accepted: ACCEPTED.account,
    command: ({ wanted }, { caller: { userId } }) => ({ userId, wanted }),
  }),
  command('StateTaxPosition', {
    route: 'PUT /users/me/tax-position',
    summary: 'Say where you are for tax, and your tax number.',
    description:
      'It counts for what you buy and sell from now on. The number is kept encrypted, and counts once staff have accepted it. ' +
      'Without a country you count as living where the house is.',
    access: 'anyone',
    body: taxPositionBody,
    accepted: ACCEPTED.account,
    command: async ({ country, region, taxNumber }, { caller: { userId }, keyStore }) => ({
      userId,
      country,
      region,
      taxNumber: taxNumber === null ? null : await encryptedTaxNumber(keyStore, userId, taxNumber),
    }),
  }),
  command('StateBankAccount', {
    route: 'PUT /users/me/bank-account',
    summary: 'Say where you want to be paid what you sell.',
    description: 'Kept encrypted. Without an IBAN, the house forgets the account.',
    access: 'anyone',
    body: bankAccountBody,
    accepted: ACCEPTED.account,
    command: async ({ holder, iban }, { caller: { userId }, keyStore }) => ({
      userId,
      account: holder === null || iban === null ? null : await encryptedBankAccount(keyStore, userId, { holder, iban }),
    }),
  }),
  command('JudgeTaxNumber', {
    route: 'POST /users/:userId/tax-number',
    summary: 'Accept somebody’s tax number or certificate, or refuse it.',
    description:
      '`statement` is the number of the statement that you looked at. What was accepted may be refused later.',
    access: STAFF,
    body: taxNumberBody,
    accepted: ACCEPTED.account,
    command: (fields) => fields,
  }),
  command('EraseUser', {
    route: 'POST /users/:userId/erasure',
    summary: 'Erase a person, yourself or, as an admin, another: for good, and not while auctions or sales are open.',
    access: 'anyone',
    body: bareBody,
    input: 'AccountInput',
    accepted: ACCEPTED.account,
    command: (fields) => ({ ...fields, ties: NO_TIES }),
    via: Erase,
  }),
  command('VerifyUser', {
    route: 'POST /users/:userId/verification',
    summary: 'Confirm who somebody is.',
    access: STAFF,
    body: bareBody,
    input: 'AccountInput',
    accepted: ACCEPTED.account,
    command: (fields) => fields,
    message: {},
  }),
  command('SuspendUser', {
    route: 'POST /users/:userId/suspension',
    summary: 'Suspend an account.',
    description:
      'Bids that count in open auctions stand and may win, unless `voidBids` says that the house is to void them.',
    access: STAFF,
    body: suspensionBody,
    accepted: ACCEPTED.account,
    command: (fields) => fields,
    message: {},
  }),
  command('ReinstateUser', {
    route: 'POST /users/:userId/reinstatement',
    summary: 'Reinstate a suspended account.',
    access: STAFF,
    body: reasonBody,
    input: 'AccountReasonInput',
    accepted: ACCEPTED.account,
    command: (fields) => fields,
    message: {},
  }),
  command('RateUser', {
    route: 'POST /users/:userId/rating',
    summary: 'Set the feedback score of an account.',
    access: STAFF,
    body: ratingBody,
    accepted: ACCEPTED.account,
    command: (fields) => fields,
    message: {},
  }),
];
