import { describe, expect, it } from 'vitest';
import { sharedChart } from '../../../src/api/routes/ticketCharts.ts';
import { isSigned, openLinkSigner } from '../../../src/api/signedLinks.ts';
import { DAY } from '../../../src/domain/time.ts';
import { problemOf, useTestApi } from '../../support/api.ts';

const T = Date.UTC(2026, 2, 28, 12);

function settings() {
  const kept = new Map<string, unknown>();
  return {
    kept,
    set: async (name: string, value: unknown) => void kept.set(name, value),
    withPrefix: async <V>(prefix: string) =>
      new Map([...kept].filter(([name]) => name.startsWith(prefix))) as Map<string, V>,
  };
}

const partsOf = (link: string) => {
  const { pathname, searchParams } = new URL(link, 'https://f.example');
  return { path: pathname, until: searchParams.get('until')!, signature: searchParams.get('signature')! };
};

describe('a signed link', () => {
  it('holds for its path until its time, also by the key of another node', async () => {
    const store = settings();
    const signer = await openLinkSigner(store, () => T);
    const link = partsOf(signer.sign('/a/1'));
    await store.set('link-key:0000', 'of another node');
    expect(await isSigned(link, store, T + 90 * DAY)).toBe(true);
    expect(await isSigned(link, store, Date.parse(link.until))).toBe(false);
    expect(await isSigned({ ...link, path: '/a/2' }, store, T)).toBe(false);
    expect(await isSigned({ ...link, until: '2030-01-01T00:00:00.000Z' }, store, T)).toBe(false);
    expect(await isSigned({ ...link, signature: `${link.signature}x` }, store, T)).toBe(false);
    expect(await isSigned(link, settings(), T)).toBe(false);
    expect((await openLinkSigner(store, () => T + 1000)).sign('/a/1')).not.toBe('');
  });

  it('is the same all day, with one key for all nodes', async () => {
    const store = settings();
    const first = (await openLinkSigner(store, () => T)).sign('/a/1');
    expect((await openLinkSigner(store, () => T + 1000)).sign('/a/1')).toBe(first);
    expect(store.kept.size).toBe(1);
  });
});

const api = useTestApi();

describe('the picture of a ticket', () => {
  it('is an SVG in the language asked for', async () => {
    const answer = await api.call('viewer', 'GET', '/api/v1/tickets/T1/chart.svg?lang=zh&zone=Asia/Shanghai');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers['content-type']).toBe('image/svg+xml; charset=utf-8');
    expect(answer.body).toMatch(/^<svg .*油温.*Asia\/Shanghai.*<\/svg>$/s);
  });

  it('refuses what is no language, no zone and no ticket', async () => {
    const paths = (answer: Parameters<typeof problemOf>[0]) => problemOf(answer).problems?.map(({ path }) => path);
    expect(paths(await api.call('viewer', 'GET', '/api/v1/tickets/T1/chart.svg?lang=fr&zone=Mars'))).toEqual([
      '/query/lang',
      '/query/zone',
    ]);
    expect((await api.call('viewer', 'GET', '/api/v1/tickets/none/chart.svg')).statusCode).toBe(404);
  });

  it('can be seen by a signed link alone', async () => {
    const signer = await openLinkSigner(api.services.database.settings, Date.now);
    const link = signer.sign(sharedChart('T1'));
    expect((await api.call(undefined, 'GET', link)).statusCode).toBe(200);
    expect((await api.call(undefined, 'GET', `${link}&lang=zh`)).body).toContain('油温');
    expect((await api.call(undefined, 'GET', link.replace('T1', 'T2'))).statusCode).toBe(404);
    expect((await api.call(undefined, 'GET', link.replace('signature=', 'signature=x'))).statusCode).toBe(404);
    expect((await api.call(undefined, 'GET', sharedChart('T1'))).statusCode).toBe(404);
  });
});
