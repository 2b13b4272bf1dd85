import { describe, expect, it } from 'vitest';
import { exposureProblem, isLoopback, publicUrl } from '../../../src/config/exposure.ts';

const at = (host: string) => ({ http: { host, port: 8080 } });

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['localhost', true],
    ['LOCALHOST', true],
    ['::1', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['::', false],
    ['192.168.1.5', false],
    ['127.0.0.1.example.com', false],
    ['fettle.example.com', false],
  ])('%s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected);
  });
});

describe('exposureProblem', () => {
  it('refuses an address that others can reach while there is no key', () => {
    expect(exposureProblem(at('0.0.0.0'), 0)).toBe(
      "http.host 0.0.0.0 can be reached by others and there is no API key: set apiKey (FETTLE_API_KEY), make a key with 'fettle keys', or bind to 127.0.0.1",
    );
  });

  it('is content with loopback, a configured key or a stored one', () => {
    expect(exposureProblem(at('127.0.0.1'), 0)).toBeUndefined();
    expect(exposureProblem({ ...at('0.0.0.0'), apiKey: 'k' }, 0)).toBeUndefined();
    expect(exposureProblem(at('0.0.0.0'), 1)).toBeUndefined();
  });
});

describe('publicUrl', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:9000'],
    ['0.0.0.0', 'http://127.0.0.1:9000'],
    ['::', 'http://127.0.0.1:9000'],
    ['::1', 'http://[::1]:9000'],
    ['fettle.local', 'http://fettle.local:9000'],
  ])('of %s is %s', (host, expected) => {
    expect(publicUrl(at(host), 9000)).toBe(expected);
  });

  it('is the configured one, without a slash at its end', () => {
    expect(publicUrl({ ...at('0.0.0.0'), publicUrl: 'https://f.example.com/' }, 9000)).toBe('https://f.example.com');
  });
});
