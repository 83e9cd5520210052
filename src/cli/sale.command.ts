// `gavel sale import`: the lots of a drafted sale from a CSV file, over the running house's own API.
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { type Command, Option } from 'commander';
import type { Config } from '../config.js';
import { isUuid, type SaleId, saleId, userId, uuidIn } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';
import { houseCommandId } from '../runtime/name-uuid.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { say } from '../terminal/progress.js';
import { type Catalogue, type CatalogueForm, FileUnfit, NotText, readCatalogue } from './catalogue-file.js';
import { houseAt, readHouseUrl } from './house-address.js';
import { type ImportProblem, SaleClient, type SaleOnRecord } from './sale-client.js';
import { type StaffOptions, staffToken, withStaffOptions } from './staff-token.js';

type Options = StaffOptions & Readonly<{ dryRun?: boolean; decimals: CatalogueForm['decimals']; seller?: string }>;

export type SaleParts = Readonly<{
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
  /** Makes the command end with exit code 1. */
  fail: () => void;
}>;

/** Problems that are told; the rest are counted. */
const TOLD_MAX = 50;

/** Adds `gavel sale import SALE FILE [--dry-run] [--decimals comma] [--seller ID]`. */
export function registerSale(program: Command, parts: SaleParts): void {
  const command = program
    .command('sale')
    .description('what staff do for a sale from the command line')
    .command('import')
    .description('put the lots of a CSV file into a drafted sale; the same file twice changes nothing')
    .argument('<sale>', "the sale's id")
    .argument('<file>', 'a CSV file whose first line names the columns (docs/sales.md)')
    .option('--dry-run', 'read and judge the rows, and add nothing')
    .addOption(
      new Option('--decimals <sign>', 'how amounts are written: 1250.50 or 1250,50')
        .choices(['point', 'comma'])
        .default('point'),
    )
    .option('--seller <id>', 'the seller of rows that name none');
  withStaffOptions(command).action((sale: string, file: string, options: Options) =>
    importFile(saleNamed(sale), file, options, parts),
  );
}

async function importFile(id: SaleId, file: string, options: Options, parts: SaleParts): Promise<void> {
  const { config, runtime, print } = parts;
  const given = readHouseUrl(options.url);
  const token = await staffToken(options, config(), runtime.now());
  const { url, shown } = await houseAt(given, config());
  const house = new SaleClient({ url, token, runtime });
  const sale = await house.draft(id);
  say(`${JSON.stringify(sale.title)} in ${shown}`);
  const form = { saleId: id, currency: sale.currency, decimals: options.decimals, sellerId: sellerNamed(options) };
  const catalogue = await read(file, form);
  const { missing, problems } = await house.compare(sale, catalogue.lots);
  const wrong = [...catalogue.problems, ...problems].sort((a, b) => a.line - b.line);
  if (wrong.length > 0) return refuse(basename(file), wrong, parts);
  const there = catalogue.lots.length - missing.length;
  if (options.dryRun === true) {
    print(`to be added: ${missing.length}; in the sale already: ${there}; nothing was changed`);
    return;
  }
  await addAll(house, sale, { file: basename(file), missing, startedAt: runtime.now() });
  print(`lots added: ${missing.length}; in the sale already: ${there}`);
}

type Adding = Readonly<{ file: string; missing: Catalogue['lots']; startedAt: Instant }>;

async function addAll(house: SaleClient, sale: SaleOnRecord, { file, missing, startedAt }: Adding): Promise<void> {
  for (const [added, lot] of missing.entries()) {
    const commandId = houseCommandId('ImportLot', `${sale.saleId} ${lot.lotNumber}`, startedAt);
    const problem = await house.add(sale.saleId, lot, commandId);
    if (problem !== null)
      throw new OperatorError(
        `${file} line ${lot.line}: the house did not take lot ${lot.lotNumber}: ${problem}. ` +
          `The ${added} lots before it are in the sale; run the command again to add the rest`,
      );
  }
}

function refuse(file: string, wrong: readonly ImportProblem[], { print, fail }: SaleParts): void {
  for (const { line, column, problem } of wrong.slice(0, TOLD_MAX))
    print(`${file} line ${line}${column === '' ? ': the row' : `, ${column}`} ${problem}`);
  if (wrong.length > TOLD_MAX) print(`and ${wrong.length - TOLD_MAX} more`);
  say(`${wrong.length} ${wrong.length === 1 ? 'row is' : 'rows are'} wrong; nothing was changed`);
  fail();
}

async function read(file: string, form: CatalogueForm): Promise<Catalogue> {
  try {
    return await readCatalogue(createReadStream(file), form);
  } catch (cause) {
    if (cause instanceof FileUnfit) throw new OperatorError(`${file} ${cause.message}`, { cause });
    if (cause instanceof NotText) throw new OperatorError(`${file} is not text in UTF-8; save it as such`, { cause });
    const code = cause instanceof Object && 'code' in cause ? cause.code : null;
    if (code === 'ENOENT') throw new OperatorError(`there is no file ${file}`, { cause });
    if (code === 'EISDIR') throw new OperatorError(`${file} is a directory; name a CSV file`, { cause });
    throw cause;
  }
}

function saleNamed(text: string): SaleId {
  const id = text.toLowerCase();
  if (!isUuid(id)) throw new OperatorError(`${JSON.stringify(text.slice(0, 60))} is not the id of a sale`);
  return saleId(id);
}

function sellerNamed({ seller }: Options): CatalogueForm['sellerId'] {
  if (seller === undefined) return null;
  const uuid = uuidIn(seller);
  if (uuid === null)
    throw new OperatorError(`--seller ${JSON.stringify(seller.slice(0, 60))} is not the id of an account`);
  return userId(uuid);
}
