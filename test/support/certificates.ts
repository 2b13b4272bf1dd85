import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Files of a certificate and its key (PEM). */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface CertificateOptions {
  /** How long it is valid from now on; a negative number makes one that has expired. */
  readonly days?: number;
  /** As in a certificate's subjectAltName. */
  readonly names?: string;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** A certificate authority of its own, made with openssl when the test runs, so that nothing in the repository can expire. */
export class TestAuthority {
  /** Its certificate (PEM). */
  readonly file: string;
  readonly #folder: string;
  readonly #key: string;

  constructor(folder: string, name = 'Test authority') {
    this.#folder = folder;
    const id = name.replaceAll(' ', '-');
    this.file = join(folder, `${id}.pem`);
    this.#key = join(folder, `${id}.key`);
    openssl('req', '-x509', ...KEY, '-days', '30', '-subj', `/CN=${name}`, '-keyout', this.#key, '-out', this.file);
  }

  /** A certificate, by default for this machine. */
  issue(name: string, options: CertificateOptions = {}): CertificateFiles {
    const { days = 20, names = 'DNS:localhost,IP:127.0.0.1' } = options;
    const [cert, key, request, extensions] = ['pem', 'key', 'request', 'extensions'].map((ending) =>
      join(this.#folder, `${name}.${ending}`),
    ) as [string, string, string, string];
    writeFileSync(extensions, `subjectAltName=${names}\n`);
    openssl('req', ...KEY, '-subj', `/CN=${name}`, '-keyout', key, '-out', request);
    const signer = ['-CA', this.file, '-CAkey', this.#key, '-CAcreateserial'];
    openssl('x509', '-req', '-in', request, ...signer, '-days', `${days}`, '-extfile', extensions, '-out', cert);
    return { cert, key };
  }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}
