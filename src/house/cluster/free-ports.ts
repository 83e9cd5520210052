// Whether the API nodes of a cluster can have their ports, asked before the slow parts start.
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Config } from '../../config.js';
import { OperatorError } from '../../runtime/operator-error.js';
import { cannotListen } from '../cannot-listen.js';

const PORT_MAX = 65_535;

/** The port of each API node: GAVEL_HTTP_PORT and those after it. 0 is any free one, for each of them. */
export function apiPorts({ port }: Pick<Config['api'], 'port'>, count: number): readonly number[] {
  if (port + count - 1 > PORT_MAX)
    throw new OperatorError(
      `${count} API nodes from port ${port} on (GAVEL_HTTP_PORT) would need ports beyond ${PORT_MAX}`,
    );
  return Array.from({ length: count }, (_, i) => (port === 0 ? 0 : port + i));
}

/** Refuses the first port that is taken. Whoever takes one later is told of by the API node that cannot have it. */
export async function expectFree(api: Config['api'], ports: readonly number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer();
    try {
      server.listen({ host: api.host, port });
      await once(server, 'listening');
    } catch (error) {
      throw cannotListen({ ...api, port }, error);
    } finally {
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    }
  }
}
