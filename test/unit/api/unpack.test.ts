import { readFileSync } from 'node:fs';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ProblemError } from '../../../src/api/errors.ts';
import { unpack } from '../../../src/api/unpack.ts';
import { problemOf, useTestApi } from '../../support/api.ts';
import { mutate, mutations } from '../../support/mutations.ts';

const LIMIT = 64 * 1024;
const CONTENT = Buffer.from('{"ts":1767225600,"temperature":71.5}');
const ZEROS = Buffer.alloc(20_000_000);
/** Made by the zstd command; what some of them hold is at the cases of the codec. */
const zstd = (name: string) => readFileSync(`test/cases/codecs/json/${name}/payload.bin`);

const CODINGS = ['gzip', 'x-gzip', 'deflate', 'zstd', 'identity', '', 'br', 'gzip, gzip', 'GZIP'];
const PACKED = [
  ...[CONTENT, gzipSync(CONTENT), deflateSync(CONTENT), deflateRawSync(CONTENT), gzipSync(gzipSync(CONTENT))],
  ...[zstd('zstd'), zstd('zstd-of-unknown-size'), zstd('zstd-cut-short'), zstd('zstd-content-broken')],
];
const BOMBS = [gzipSync(ZEROS), gzipSync(gzipSync(ZEROS)), deflateSync(ZEROS), zstd('zstd-bomb')];

/** What came out, or the type of the problem that was told. */
async function tried(body: Buffer, coding: string): Promise<Buffer | string> {
  try {
    return await unpack({ body, headers: { 'content-encoding': coding } }, LIMIT);
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    return error.problem;
  }
}

describe('the body of a request', () => {
  test.each([
    ['gzip', gzipSync(CONTENT)],
    ['x-gzip', gzipSync(CONTENT)],
    ['deflate', deflateSync(CONTENT)],
    ['identity', CONTENT],
    ['', CONTENT],
    [' GZIP ', gzipSync(CONTENT)],
  ])('is unpacked of "%s"', async (coding, body) => {
    expect(await tried(body, coding)).toEqual(CONTENT);
  });

  test.each(['zstd', 'zstd-of-unknown-size'])('is unpacked of zstd (%s)', async (name) => {
    expect(JSON.parse(String(await tried(zstd(name), 'zstd')))).toMatchObject({ temperature: expect.any(Number) });
  });

  test('is refused where it is not what it says', async () => {
    expect(await tried(CONTENT, 'gzip')).toBe('malformed-request');
    expect(await tried(CONTENT, 'zstd')).toBe('malformed-request');
    expect(await tried(zstd('zstd-cut-short'), 'zstd')).toBe('malformed-request');
    expect(await tried(CONTENT, 'br')).toBe('unsupported-media-type');
  });

  test('is no bomb', async () => {
    expect(await tried(gzipSync(ZEROS), 'gzip')).toBe('payload-too-large');
    expect(await tried(deflateSync(ZEROS), 'deflate')).toBe('payload-too-large');
    expect(await tried(zstd('zstd-bomb'), 'zstd')).toBe('payload-too-large');
    // Of an unknown size nothing can be told but that it does not fit.
    expect(await tried(zstd('zstd-bomb-of-unknown-size'), 'zstd')).toBe('malformed-request');
    expect(await tried(ZEROS, 'identity')).toBe('payload-too-large');
  });

  test('of mutated or any bytes is unpacked within the limit or refused', async () => {
    const gone = fc.tuple(fc.constantFrom(...PACKED, ...BOMBS), mutations).map(([body, ways]) => mutate(body, ways));
    const any = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
    await fc.assert(
      fc.asyncProperty(
        fc.oneof({ weight: 3, arbitrary: gone }, any),
        fc.constantFrom(...CODINGS),
        async (body, coding) => {
          const result = await tried(body, coding);
          if (Buffer.isBuffer(result)) expect(result.length).toBeLessThanOrEqual(LIMIT);
          else expect(['malformed-request', 'payload-too-large', 'unsupported-media-type']).toContain(result);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('telemetry by HTTP', () => {
  const api = useTestApi();

  test('whatever its bytes and their coding: taken or refused, never a fault', async () => {
    const bodies = fc.tuple(fc.constantFrom(...PACKED), mutations).map(([body, ways]) => mutate(body, ways));
    await fc.assert(
      fc.asyncProperty(bodies, fc.constantFrom(...CODINGS), async (payload, coding) => {
        const headers = { 'content-encoding': coding, 'content-type': 'application/octet-stream' };
        const answer = await api.call('engineer', 'POST', '/api/v1/telemetry/devices?asset=p1', { payload, headers });
        if (answer.statusCode !== 200) expect([400, 413, 415]).toContain(problemOf(answer).status);
      }),
      { numRuns: 200 },
    );
  });
});
