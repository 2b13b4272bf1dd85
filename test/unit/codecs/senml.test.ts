import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseCbor } from '../../../src/codecs/cborParse.ts';
import { isRefusal } from '../../../src/codecs/codec.ts';
import { createSenmlCborCodec, createSenmlJsonCodec } from '../../../src/codecs/senml.ts';
import { checkSenml, nameReader } from '../../../src/codecs/senmlNames.ts';
import { resolvePack } from '../../../src/codecs/senmlResolve.ts';
import { Unreadable } from '../../../src/codecs/unreadable.ts';

const FOLDER = new URL('../../cases/senml/', import.meta.url);
const file = (name: string) => readFileSync(new URL(name, FOLDER));
const json = (name: string) => JSON.parse(file(name).toString()) as unknown;

/** As the resolved examples write their records. */
function resolved(pack: unknown): unknown {
  const records = resolvePack(pack, 1_498_780_179_000);
  if (records instanceof Unreadable) throw new Error(records.refusal.detail);
  return records.map((record) => {
    if (isRefusal(record)) throw new Error(record.detail);
    const { name, unit, time, value } = record;
    return { n: name, u: unit, t: time.time / 1000, v: value };
  });
}

describe('resolution', () => {
  it.each([1, 2, 3, 4, 5, 6])('resolves example %d of the RFC', (number) =>
    expect(resolved(json(`ex${number}.gen.json`))).toEqual(json(`ex${number}.gen.resolved.json`)));

  it('reads the same from CBOR as from JSON', () => {
    const [fromCbor, fromJson] = [createSenmlCborCodec, createSenmlJsonCodec].map((create) =>
      create({ bareValues: false }),
    );
    expect(fromCbor!(file('ex3.gen.cbor'), 0)).toEqual(fromJson!(file('ex3.gen.json'), 0));
  });
});

describe('names', () => {
  const read = nameReader(undefined);

  it.each([
    ['urn:dev:ow:10e2073a0108006:voltage', { subject: 'urn:dev:ow:10e2073a0108006', metric: 'voltage' }],
    ['urn:dev:ow:10e2073a0108006', { subject: 'urn:dev:ow:10e2073a0108006' }],
    [
      'urn:dev:mac:0024befffe804ff1_oil_temperature',
      { subject: 'urn:dev:mac:0024befffe804ff1', metric: 'oil_temperature' },
    ],
    ['urn:dev:os:32473-12:34:oil', { subject: 'urn:dev:os:32473-12:34', metric: 'oil' }],
    ['2001:db8::2/temperature', { subject: '2001:db8::2', metric: 'temperature' }],
    ['site/pump-1/temperature', { subject: 'site/pump-1', metric: 'temperature' }],
    ['pump-1/', { subject: 'pump-1' }],
    ['/temperature', { metric: 'temperature' }],
    ['temperature', { metric: 'temperature' }],
  ])('splits %s', (name, expected) => expect(read(name)).toEqual(expected));

  it('reads a declared form, of which the first placeholder takes what it can', () => {
    const form = nameReader('a.b/{subject}/{metric}');
    expect(form('a.b/x/y/z')).toEqual({ subject: 'x/y', metric: 'z' });
    expect(form('a,b/x/y')).toBeUndefined();
    expect(nameReader('{metric}')('/3303/0/5700')).toEqual({ metric: '/3303/0/5700' });
    expect(nameReader('{subject}')('/3303/0/5700')).toEqual({ subject: '/3303/0/5700' });
  });

  it('takes no name that is too long', () => {
    expect(read('a'.repeat(513))).toBeUndefined();
    expect(nameReader('{metric}')('a'.repeat(513))).toBeUndefined();
  });

  it.each([
    'pump',
    '{device}/{metric}',
    '{metric}/{metric}',
    '{subject}{metric}',
    '{subject}/{metric',
    '',
  ])('refuses the form %j', (name) =>
    expect(checkSenml({ senml: { name } })).toMatchObject([{ path: ['senml', 'name'] }]));

  it.each(['{metric}', 'urn:{subject}', '{subject}:{metric}', '{metric}@{subject}'])('takes the form %j', (name) =>
    expect(checkSenml({ senml: { name } })).toEqual([]));
});

it('holds a megabyte of a bignum in linear time', () => {
  const bignum = Buffer.concat([Buffer.from('c25a000f4240', 'hex'), Buffer.alloc(1_000_000, 0xff)]);
  expect(parseCbor(bignum)).toBe(Number.POSITIVE_INFINITY);
});
