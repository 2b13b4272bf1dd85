import { isLoopback } from './exposure.ts';
import { flaw } from './flaws.ts';
import { type Flaw, isMap } from './inspect.ts';
import { valueAt } from './values.ts';

const OIDC = ['signIn', 'oidc'];

/** A provider that could not be trusted, or that would let nobody in. */
export function signInChecks(config: unknown): Flaw[] {
  const oidc = valueAt(config, OIDC);
  if (!isMap(oidc)) return [];
  return [...issuerFlaws(oidc.issuer), ...scopeFlaws(oidc.scopes), ...roleFlaws(oidc)];
}

function issuerFlaws(issuer: unknown): Flaw[] {
  const url = typeof issuer === 'string' && URL.canParse(issuer) ? new URL(issuer) : undefined;
  if (url?.protocol !== 'http:' || isLoopback(url.hostname)) return [];
  return [flaw([...OIDC, 'issuer'], 'must begin with https://; http:// is only for a provider on this machine')];
}

function scopeFlaws(scopes: unknown): Flaw[] {
  if (typeof scopes !== 'string' || scopes.split(/\s+/).includes('openid')) return [];
  return [flaw([...OIDC, 'scopes'], 'must have openid among them')];
}

function roleFlaws({ roleClaim, roles, defaultRole }: Record<string, unknown>): Flaw[] {
  const mapped = isMap(roles) && Object.keys(roles).length > 0;
  if (mapped && roleClaim === undefined) return [flaw([...OIDC, 'roles'], 'needs signIn.oidc.roleClaim as well')];
  if (!mapped && roleClaim !== undefined)
    return [flaw([...OIDC, 'roleClaim'], 'needs signIn.oidc.roles as well: the role by value of the claim')];
  if (mapped || defaultRole !== undefined) return [];
  return [flaw([...OIDC], 'would let nobody in: set roleClaim and roles, or defaultRole')];
}
