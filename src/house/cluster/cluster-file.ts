import { join } from 'node:path';

/** Where the processes of a running cluster are told, for whoever wants to restart or kill one. */
export const clusterFileIn = (dataDirectory: string): string => join(dataDirectory, 'cluster.json');
