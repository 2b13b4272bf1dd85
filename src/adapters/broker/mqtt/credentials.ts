import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';

/** Where the secrets of a connection are. They are read for each connection, so that renewed ones are taken by themselves. */
export interface CredentialFiles {
  readonly passwordFile?: string | undefined;
  /** PEM files. */
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

/** What the files hold. */
export interface Credentials {
  readonly password?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

/** Throws an error that names the file and what is wrong with it; never with its content. */
export function readCredentials({ passwordFile, caFile, certFile, keyFile }: CredentialFiles): Credentials {
  const tls = {
    ...(caFile !== undefined && { ca: read(caFile) }),
    ...(certFile !== undefined && { cert: read(certFile) }),
    ...(keyFile !== undefined && { key: read(keyFile) }),
  };
  checkPem(tls, [caFile, certFile, keyFile]);
  return { ...tls, ...(passwordFile !== undefined && { password: read(passwordFile).replace(/\r?\n$/, '') }) };
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${file} can not be read (${code}): it must be there, and readable for the user that Fettle runs as`,
    );
  }
}

function checkPem(tls: Credentials, files: readonly (string | undefined)[]): void {
  try {
    createSecureContext(tls);
  } catch (error) {
    const names = files.filter((file) => file !== undefined).join(', ');
    const reason = (error as NodeJS.ErrnoException).code ?? 'not PEM';
    throw new Error(
      `${names} must be PEM files, the key without a pass phrase and that of the certificate (${reason})`,
    );
  }
}
