import * as openid from 'openid-client';
import type { LocalText } from '../../domain/model.ts';
import { UnavailableError } from '../../errors.ts';
import { type IdentityProvider, type PendingSignIn, SignInRefusedError } from '../../ports/identityProvider.ts';
import { type Claims, hasRoles, nameOf, type RoleOptions, roleOf } from './claims.ts';

/** So long the provider has to answer, in seconds. */
const PATIENCE = 10;
/** So far its clock and this one may be apart, in seconds. */
const TOLERANCE = 30;

export interface OidcOptions extends RoleOptions {
  /** `https`; `http` is for a provider on this machine. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  readonly scopes: string;
  readonly nameClaim?: string | undefined;
  readonly label: LocalText;
  /** Where the provider sends people back to; it has to be registered there. */
  readonly redirectUri: string;
}

/** An OpenID Connect provider, by authorization code with PKCE (OpenID Connect Core 1.0, 3.1; RFC 7636; RFC 9700). */
export function createOidcProvider(options: OidcOptions): IdentityProvider {
  let found: Promise<openid.Configuration> | undefined;
  /** What the provider says of itself; asked for again only where it did not answer. */
  const configuration = async () => {
    found ??= discover(options);
    try {
      return await found;
    } catch (error) {
      found = undefined;
      throw new UnavailableError('OpenID Connect provider', error);
    }
  };
  return {
    label: options.label,

    async begin() {
      const provider = await configuration();
      const pending: PendingSignIn = {
        state: openid.randomState(),
        nonce: openid.randomNonce(),
        codeVerifier: openid.randomPKCECodeVerifier(),
      };
      const url = openid.buildAuthorizationUrl(provider, {
        redirect_uri: options.redirectUri,
        scope: options.scopes,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await openid.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: 'S256',
      });
      return { url: url.href, pending };
    },

    async finish(query, pending) {
      const provider = await configuration();
      const claims = await asked(claimsOf(provider, new URL(`${options.redirectUri}?${query}`), pending, options));
      const name = nameOf(claims, options.nameClaim);
      const role = roleOf(claims, options);
      if (role === undefined) throw new SignInRefusedError('no-role', `${name} has no role here`);
      return { name, role };
    },

    async signOutUrl() {
      const provider = await configuration();
      if (provider.serverMetadata().end_session_endpoint === undefined) return undefined;
      return openid.buildEndSessionUrl(provider).href;
    },
  };
}

async function discover({ issuer, clientId, clientSecret }: OidcOptions): Promise<openid.Configuration> {
  const server = new URL(issuer);
  const execute = server.protocol === 'http:' ? [openid.allowInsecureRequests] : [];
  const metadata = { [openid.clockTolerance]: TOLERANCE };
  const auth = (as: openid.ServerMetadata): openid.ClientAuth => {
    if (clientSecret === undefined) return openid.None();
    const methods = as.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return methods.includes('client_secret_basic')
      ? openid.ClientSecretBasic(clientSecret)
      : openid.ClientSecretPost(clientSecret);
  };
  const authenticate: openid.ClientAuth = (as, client, body, headers) => auth(as)(as, client, body, headers);
  return openid.discovery(server, clientId, metadata, authenticate, { execute, timeout: PATIENCE });
}

/** What the provider says of the person: in the token, and where that leaves out what is needed, when asked for it. */
async function claimsOf(
  provider: openid.Configuration,
  answer: URL,
  { state, nonce, codeVerifier }: PendingSignIn,
  options: OidcOptions,
): Promise<Claims> {
  const tokens = await openid.authorizationCodeGrant(provider, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims()!;
  const isWhole = hasRoles(claims, options) && nameOf(claims, options.nameClaim) !== claims.sub;
  if (isWhole || provider.serverMetadata().userinfo_endpoint === undefined) return claims;
  return { ...claims, ...(await openid.fetchUserInfo(provider, tokens.access_token, claims.sub)) };
}

async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw refusalOf(error) ?? new UnavailableError('OpenID Connect provider', error);
  }
}

/** Codes of openid-client for an answer that is not one to what was asked. */
const STALE: ReadonlySet<unknown> = new Set([
  'OAUTH_INVALID_RESPONSE',
  'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
  'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
]);

function refusalOf(error: unknown): SignInRefusedError | undefined {
  if (error instanceof openid.AuthorizationResponseError) {
    const away = error.error === 'server_error' || error.error === 'temporarily_unavailable';
    return away ? undefined : new SignInRefusedError('denied', `the provider answers ${error.error}`, error);
  }
  if (error instanceof openid.ResponseBodyError && error.error === 'invalid_grant')
    return new SignInRefusedError('stale', 'the provider does not take the code', error);
  if (error instanceof openid.ClientError && STALE.has(error.code))
    return new SignInRefusedError('stale', 'the answer does not belong to what was asked', error);
  return undefined;
}
