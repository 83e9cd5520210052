// An authority of a test's own and a certificate from it for 127.0.0.1, as PEM files.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths. `key` is PKCS#8. */
export type Certificates = Readonly<{ authority: string; certificate: string; key: string }>;

/** Makes them in this directory, with the `openssl` of the machine. */
export function certificatesIn(directory: string): Certificates {
  const file = (name: string): string => join(directory, name);
  const openssl = (...args: string[]): void => {
    execFileSync('openssl', args, { cwd: directory, stdio: 'pipe' });
  };
  writeFileSync(file('san.cnf'), 'subjectAltName=IP:127.0.0.1\n');
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  openssl('req', '-x509', ...key, '-keyout', 'ca.key', '-out', 'ca.pem', '-subj', '/CN=test authority', '-days', '2');
  openssl('req', ...key, '-keyout', 'server.key', '-out', 'server.csr', '-subj', '/CN=127.0.0.1');
  const signed = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san.cnf'];
  openssl('x509', '-req', '-in', 'server.csr', ...signed, '-out', 'server.pem');
  openssl('pkcs8', '-topk8', '-nocrypt', '-in', 'server.key', '-out', 'server.pkcs8');
  return { authority: file('ca.pem'), certificate: file('server.pem'), key: file('server.pkcs8') };
}
