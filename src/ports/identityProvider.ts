import type { LocalText } from '../domain/model.ts';
import type { Role } from '../domain/request.ts';

/** Kept while somebody is away at the provider, by that person's browser: the answer has to fit to it. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
}

/** Who signed in, as Fettle takes it. */
export interface Identity {
  readonly name: string;
  readonly role: Role;
}

/**
 * Why somebody is not let in: the provider said no, or the person broke off; the answer does not belong to what was asked;
 * the person has no role here.
 */
export type SignInRefusal = 'denied' | 'stale' | 'no-role';

export class SignInRefusedError extends Error {
  override readonly name = 'SignInRefusedError';
  readonly refusal: SignInRefusal;

  constructor(refusal: SignInRefusal, message: string, cause?: unknown) {
    super(message, { cause });
    this.refusal = refusal;
  }
}

/** Where people sign in with an account they have already. Rejects with UnavailableError while it does not answer as it should. */
export interface IdentityProvider {
  /** Of the button that leads there. */
  readonly label: LocalText;
  /** Where to send the browser, and what to keep until it is back. */
  begin(): Promise<{ readonly url: string; readonly pending: PendingSignIn }>;
  /** Who came back with this query. Rejects with SignInRefusedError. */
  finish(query: string, pending: PendingSignIn): Promise<Identity>;
  /** Where to sign out there as well, if it has such an address. */
  signOutUrl(): Promise<string | undefined>;
}
