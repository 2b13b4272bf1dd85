import { ROLES, type Role } from '../../domain/request.ts';

/** What a provider says of a person. */
export type Claims = Readonly<Record<string, unknown>> & { readonly sub: string };

export interface RoleOptions {
  /** The claim with groups or roles; a dot leads into an object. */
  readonly roleClaim?: string | undefined;
  /** The role of each value of that claim. */
  readonly roles: Readonly<Record<string, Role>>;
  /** Of who has none of these values; without it that person is not let in. */
  readonly defaultRole?: Role | undefined;
}

/** The highest role that the claims give, else the default one. */
export function roleOf(claims: Claims, { roleClaim, roles, defaultRole }: RoleOptions): Role | undefined {
  const held = valuesAt(claims, roleClaim).flatMap((value) => (Object.hasOwn(roles, value) ? [roles[value]!] : []));
  return ROLES.findLast((role) => held.includes(role)) ?? defaultRole;
}

/** Whether the claims say all that {@link roleOf} looks for. */
export function hasRoles(claims: Claims, { roleClaim }: RoleOptions): boolean {
  return roleClaim === undefined || claimAt(claims, roleClaim) !== undefined;
}

/** What somebody is called in the history of what is done; an address that is not verified is not taken. */
export function nameOf(claims: Claims, nameClaim: string | undefined): string {
  const email = claims.email_verified === false ? undefined : claims.email;
  const chosen = nameClaim === undefined ? [email, claims.preferred_username] : [claimAt(claims, nameClaim)];
  return chosen.find((name): name is string => typeof name === 'string' && name.trim() !== '') ?? claims.sub;
}

/** A text, a list of them, or an object by them: providers have all three. */
function valuesAt(claims: Claims, path: string | undefined): string[] {
  const claim = path === undefined ? undefined : claimAt(claims, path);
  if (typeof claim === 'string') return [claim];
  if (Array.isArray(claim)) return claim.filter((value) => typeof value === 'string');
  return typeof claim === 'object' && claim !== null ? Object.keys(claim) : [];
}

/** By its whole name, for names that are addresses have dots; else step by step. */
function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  return path
    .split('.')
    .reduce<unknown>(
      (value, key) =>
        typeof value === 'object' && value !== null && Object.hasOwn(value, key)
          ? (value as Record<string, unknown>)[key]
          : undefined,
      claims,
    );
}
