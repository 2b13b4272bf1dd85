import type { Flaw } from './inspect.ts';
import { valueAt } from './values.ts';

/** What the server of `store.url` needs; takes the values as written, with defaults, sound or not. */
export function storeChecks(config: unknown): Flaw[] {
  const of = (option: string) => valueAt(config, ['store', option]);
  const needs = (option: string, other: string) =>
    of(option) !== undefined && of(other) === undefined ? [flaw(option, `needs store.${other} as well`)] : [];
  const login = ['org', 'token', 'username'].flatMap((option) => needs(option, 'url'));
  const flaws = [...login, ...needs('password', 'username')];
  if (of('url') === undefined) return flaws;
  if (holdsLogin(of('url'))) {
    flaws.push(flaw('url', 'must hold no user and password; they go into store.username and store.password'));
  }
  const version = of('version');
  if ((version === 2 || version === 3) && of('token') === undefined) {
    flaws.push(flaw('token', `must be set for InfluxDB ${version}`));
  }
  if (version === 2 && of('org') === undefined) flaws.push(flaw('org', 'must be set for InfluxDB 2'));
  if (version === 1 && of('token') !== undefined && of('username') === undefined) {
    flaws.push(flaw('token', 'is for InfluxDB 2 and 3; InfluxDB 1 takes store.username and store.password'));
  }
  return flaws;
}

function holdsLogin(url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && new URL(url).username !== '';
}

function flaw(option: string, message: string): Flaw {
  return { path: ['store', option], message, on: 'value' };
}
