// What a house for trying out tells whoever has started it: the first requests, ready to be pasted.
import { resolve } from 'node:path';
import type { Config } from '../../config.js';
import { auctionId } from '../../domain/ids.js';
import { PACKAGE_ROOT } from '../../runtime/package-root.js';
import type { Runtime } from '../../runtime/runtime.js';
import { shellWord } from '../../terminal/shell.js';
import { firstRequestLines } from './welcome.js';

/** Where tokens can be made here, and are for trying out only. */
export const isForDevelopment = ({ environment, api }: Config): boolean =>
  environment === 'development' && api.tokens.key.kind !== 'jwks';

/** The requests to a house at `url`, with an auction of their own. */
export function developmentLines(url: string, config: Config, runtime: Pick<Runtime, 'uuid'>): readonly string[] {
  const directory = PACKAGE_ROOT;
  const environment = environmentFor(config, directory);
  return firstRequestLines({ url, environment, directory, auctionId: auctionId(runtime.uuid()) });
}

/** The launcher's own choice of a data directory needs no word. */
function environmentFor({ dataDirectory }: Config, directory: string): string {
  return dataDirectory === resolve(directory, '.gavel') ? '' : `GAVEL_DATA=${shellWord(dataDirectory)} `;
}
