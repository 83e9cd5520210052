// A payout run as a file for the bank: ISO 20022 pain.001.001.09, as the EPC's implementation guidelines for SEPA credit transfers take
// it. One transfer a sale, whose end-to-end id leads back to it. The same run makes the same bytes.
import type { BankAccount } from '../../domain/auction/house-defaults.js';
import type { AuctionId, PayoutRunId } from '../../domain/ids.js';
import type { Minor } from '../../domain/money.js';
import { type Instant, isoTime } from '../../domain/time.js';

export type Transfer = Readonly<{
  auctionId: AuctionId;
  transactionNumber: number;
  amount: Minor;
  creditor: BankAccount;
  purpose: string;
}>;
export type BankFile = Readonly<{
  payoutRunId: PayoutRunId;
  approvedAt: Instant;
  debtor: BankAccount;
  transfers: readonly Transfer[];
}>;

const NAME_MAX = 70;
const PURPOSE_MAX = 140;

/** The file. It has at least one transfer. */
export function bankFile({ payoutRunId, approvedAt, debtor, transfers }: BankFile): string {
  const at = isoTime(approvedAt);
  const id = payoutRunId.replaceAll('-', '');
  const sums = `<NbOfTxs>${transfers.length}</NbOfTxs>
      <CtrlSum>${euros(transfers.reduce((sum, { amount }) => sum + amount, 0n))}</CtrlSum>`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.001.001.09">
  <CstmrCdtTrfInitn>
    <GrpHdr>
      <MsgId>${id}</MsgId>
      <CreDtTm>${at}</CreDtTm>
      ${sums}
      <InitgPty><Nm>${latin(debtor.holder, NAME_MAX)}</Nm></InitgPty>
    </GrpHdr>
    <PmtInf>
      <PmtInfId>${id}</PmtInfId>
      <PmtMtd>TRF</PmtMtd>
      ${sums}
      <PmtTpInf><SvcLvl><Cd>SEPA</Cd></SvcLvl></PmtTpInf>
      <ReqdExctnDt><Dt>${at.slice(0, 10)}</Dt></ReqdExctnDt>
      <Dbtr><Nm>${latin(debtor.holder, NAME_MAX)}</Nm></Dbtr>
      <DbtrAcct><Id><IBAN>${debtor.iban}</IBAN></Id></DbtrAcct>
      <DbtrAgt><FinInstnId><Othr><Id>NOTPROVIDED</Id></Othr></FinInstnId></DbtrAgt>
      <ChrgBr>SLEV</ChrgBr>
${transfers.map(transferXml).join('\n')}
    </PmtInf>
  </CstmrCdtTrfInitn>
</Document>
`;
}

const transferXml = ({
  auctionId,
  transactionNumber,
  amount,
  creditor,
  purpose,
}: Transfer): string => `      <CdtTrfTxInf>
        <PmtId><EndToEndId>${auctionId.replaceAll('-', '')}-${transactionNumber}</EndToEndId></PmtId>
        <Amt><InstdAmt Ccy="EUR">${euros(amount)}</InstdAmt></Amt>
        <Cdtr><Nm>${latin(creditor.holder, NAME_MAX)}</Nm></Cdtr>
        <CdtrAcct><Id><IBAN>${creditor.iban}</IBAN></Id></CdtrAcct>
        <RmtInf><Ustrd>${latin(purpose, PURPOSE_MAX)}</Ustrd></RmtInf>
      </CdtTrfTxInf>`;

const euros = (cents: Minor): string => `${cents / 100n}.${`${cents % 100n}`.padStart(2, '0')}`;

/** The letters that all banks of SEPA take (EPC217-08); others become a full stop. No sign of XML is among them. */
const latin = (text: string, lengthMax: number): string =>
  text
    .replaceAll('ß', 'ss')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9/\-?:().,'+ ]/gu, '.')
    .slice(0, lengthMax)
    .trim();
