import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/config.ts';
import { tempFolder } from '../../support/temp.ts';

const OIDC = { issuer: 'https://login.example.com', clientId: 'fettle', defaultRole: 'viewer' };

function load(oidc: object, env: NodeJS.ProcessEnv = {}) {
  const cwd = tempFolder();
  writeFileSync(join(cwd, 'fettle.yaml'), JSON.stringify({ signIn: { oidc } }));
  return loadConfig({ env, cwd });
}

it('there is no provider unless one is named', () => {
  const loaded = loadConfig({ env: {}, cwd: tempFolder() });
  expect('config' in loaded && loaded.config.signIn).toEqual({});
});

it('a provider takes its secret from the environment, and has defaults', () => {
  const loaded = load(OIDC, { FETTLE_SIGN_IN_OIDC_CLIENT_SECRET: 'hush' });
  if (!('config' in loaded)) throw new Error(JSON.stringify(loaded.problems));
  expect(loaded.config.signIn.oidc).toEqual({
    ...OIDC,
    clientSecret: 'hush',
    scopes: 'openid profile email',
    roles: {},
    label: { en: expect.any(String), zh: expect.any(String) },
  });
});

it.each([
  [{ issuer: 'http://127.0.0.1:9000' }],
  [{ issuer: 'http://localhost:9000' }],
  [{ issuer: 'http://[::1]:9000' }],
  [{ defaultRole: undefined, roleClaim: 'groups', roles: { a: 'admin' } }],
])('%j is taken', (change) => {
  expect(load({ ...OIDC, ...change })).toHaveProperty('config');
});

it.each([
  [{ issuer: 'http://login.example.com' }, 'signIn.oidc.issuer: must begin with https://'],
  [{ issuer: 'login.example.com' }, 'signIn.oidc.issuer: must be an address with https:// or http://'],
  [{ clientId: undefined }, 'signIn.oidc.clientId: is missing'],
  [{ scopes: 'profile email' }, 'signIn.oidc.scopes: must have openid among them'],
  [{ defaultRole: undefined }, 'signIn.oidc: would let nobody in'],
  [{ roles: { a: 'admin' } }, 'signIn.oidc.roles: needs signIn.oidc.roleClaim as well'],
  [{ roleClaim: 'groups' }, 'signIn.oidc.roleClaim: needs signIn.oidc.roles as well'],
  [{ roleClaim: 'groups', roles: { a: 'boss' } }, 'signIn.oidc.roles.a: must be viewer, agent, engineer or admin'],
  [{ label: { en: 'x' } }, 'signIn.oidc.label.zh: is missing'],
  [{ secret: 'x' }, 'signIn.oidc.secret: unknown'],
])('%j is refused: %s', (change, message) => {
  const loaded = load({ ...OIDC, ...change });
  const said = 'problems' in loaded ? loaded.problems.map(({ path, message }) => `${path}: ${message}`) : [];
  expect(said.join('\n')).toContain(message);
});

it('all flaws are told at once', () => {
  const loaded = load({ issuer: 'http://far.example', scopes: 'email', roleClaim: 'groups' });
  expect('problems' in loaded && loaded.problems).toHaveLength(4);
});
