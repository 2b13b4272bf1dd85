import { invalidRequest, ProblemError } from './errors.ts';

/** The ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version that an If-Match header asks for, undefined for `*` and for none. Rejects with `version-mismatch` for a tag
 * that no version has (weak ones never match, RFC 9110, 13.1.1), and with `invalid-request` for what is no single tag.
 */
export function versionOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const match = /^\s*(W\/)?"([^"]*)"\s*$/.exec(ifMatch);
  if (!match) {
    throw invalidRequest([{ path: '/headers/if-match', message: 'must be one ETag as it was given, like "7", or *' }]);
  }
  if (match[1] || !/^\d{1,15}$/.test(match[2]!)) {
    throw new ProblemError('version-mismatch', `No version of this has the ETag ${ifMatch.trim()}.`);
  }
  return Number(match[2]);
}
