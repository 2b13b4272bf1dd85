import { describe, expect, test } from 'vitest';
import { hasRoles, nameOf, roleOf } from '../../../../src/adapters/identity/claims.ts';

const roles = { admins: 'admin', desk: 'agent', all: 'viewer' } as const;

describe('the role', () => {
  test.each([
    [{ groups: ['all', 'admins', 'desk'] }, 'groups', 'admin'],
    [{ groups: ['desk', 'other', 7] }, 'groups', 'agent'],
    [{ groups: 'desk' }, 'groups', 'agent'],
    [{ groups: { desk: { org: 1 } } }, 'groups', 'agent'],
    [{ realm_access: { roles: ['all'] } }, 'realm_access.roles', 'viewer'],
    [{ 'https://example.com/roles': ['all'] }, 'https://example.com/roles', 'viewer'],
    [{ groups: ['constructor', '__proto__'] }, 'groups', undefined],
    [{ groups: null }, 'groups', undefined],
    [{}, 'groups.inner', undefined],
  ])('of %j by %s is %s', (claims, roleClaim, role) => {
    expect(roleOf({ sub: 's', ...claims }, { roleClaim, roles })).toBe(role);
  });

  test('is the default one for who has none', () => {
    const options = { roleClaim: 'groups', roles, defaultRole: 'agent' } as const;
    expect(roleOf({ sub: 's' }, options)).toBe('agent');
    expect(roleOf({ sub: 's', groups: ['all'] }, options)).toBe('viewer');
    expect(roleOf({ sub: 's', groups: ['admins'] }, options)).toBe('admin');
  });

  test('needs no more claims where none says it', () => {
    expect(hasRoles({ sub: 's' }, { roles: {} })).toBe(true);
    expect(hasRoles({ sub: 's' }, { roles, roleClaim: 'groups' })).toBe(false);
    expect(hasRoles({ sub: 's', groups: [] }, { roles, roleClaim: 'groups' })).toBe(true);
  });
});

test.each([
  [{ email: 'a@b.c', preferred_username: 'ann' }, undefined, 'a@b.c'],
  [{ email: 'a@b.c', email_verified: false, preferred_username: 'ann' }, undefined, 'ann'],
  [{ email: ' ' }, undefined, 's'],
  [{ email: 'a@b.c', name: 'Ann Li' }, 'name', 'Ann Li'],
  [{ email: 'a@b.c', name: 7 }, 'name', 's'],
])('the name of %j by %s is %s', (claims, nameClaim, name) => {
  expect(nameOf({ sub: 's', ...claims }, nameClaim)).toBe(name);
});
