import { describe, expect, it } from 'vitest';
import type { SourceDefinition } from '../../../src/domain/source.ts';
import { checkMapping } from '../../../src/pipeline/checkMapping.ts';
import { createMappingPlan, IGNORED } from '../../../src/pipeline/mapping.ts';
import { unitConversion } from '../../../src/pipeline/units.ts';
import { createValueReader } from '../../../src/pipeline/valueReader.ts';
import { jsonSource, measuringModel, PUMP } from '../../support/telemetry.ts';

describe('units', () => {
  it.each([
    ['°F', '°C', 212, 100],
    ['degC', 'K', 20, 293.15],
    ['Cel', '°C', 20, 20],
    ['mbar', 'bar', 1013, 1.013],
    ['psi', 'bar', 100, 6.894757],
    ['kPa', 'bar', 700, 7],
    ['s', 'h', 7200, 2],
    ['mA', 'A', 1500, 1.5],
    ['%', '1', 25, 0.25],
    ['m/s', 'mm/s', 0.0045, 4.5],
    ['km/h', 'm/s', 36, 10],
    ['l/min', 'm³/h', 1000, 60],
    ['°C/min', '°F/h', 1, 108],
    ['kWh', 'MJ', 1, 3.6],
    ['1/min', 'rpm', 50, 50],
    ['pages', 'pages', 3, 3],
    ['%RH', '%', 40, 40],
    ['/', '%', 0.4, 40],
    ['/100', '/', 40, 0.4],
    ['ppb', 'ppm', 4000, 4],
    ['count', '1', 7, 7],
    ['lat', 'deg', 60.1, 60.1],
    ['dBm', 'dBW', 30, 0],
    ['kvarh', 'vars', 2, 7_200_000],
    ['VAs', 'VAh', 7200, 2],
    ['Mbit/s', 'bit/s', 2, 2_000_000],
    ['MB/s', 'bit/s', 1, 8_000_000],
    ['ug/m3', 'mg/m3', 500, 0.5],
    ['mm/h', 'm/s', 3_600_000, 1],
    ['Wh/km', 'J/m', 1, 3.6],
    ['m/s2', 'mm/s²', 2, 2000],
    ['W.s', 'kWh', 3_600_000, 1],
    ['l/s.s', 'm3', 3000, 3],
  ])('%s to %s', (from, to, value, expected) => {
    const { factor, bias } = unitConversion(from, to)!;
    expect(value * factor + bias).toBeCloseTo(expected, 4);
  });

  it.each([
    ['bar', '°C'],
    ['h', 'm/s'],
    ['m/s', 'm/kg'],
    ['A', 'V'],
    ['frobs', 'bar'],
    ['bar', 'constructor'],
    ['m', 'h'],
    ['dBm', 'W'],
  ])('%s does not become %s', (from, to) => expect(unitConversion(from, to)).toBeUndefined());

  it('does without the noise of binary fractions', () =>
    expect(unitConversion('°C', '°F')).toEqual({ factor: 1.8, bias: 32 }));
});

describe('a plan', () => {
  const plan = createMappingPlan(
    jsonSource({
      metrics: { t: { metric: 'temperature' }, pressure: { metric: 'elsewhere' } },
      ignore: ['rssi', 'hours'],
    }),
    PUMP,
  );

  it('has mapped names and metric ids', () => {
    expect(plan.get('t')).toMatchObject({ metricIndex: 0 });
    expect(plan.get('temperature')).toMatchObject({ metricIndex: 0 });
  });

  it('lets the mapping hide an id, and what is ignored hide both', () => {
    expect(plan.get('pressure')).toBeUndefined();
    expect(plan.get('rssi')).toBe(IGNORED);
    expect(plan.get('hours')).toBe(IGNORED);
  });
});

it('a value whose unit can not be converted is refused, not guessed', () => {
  const reader = createValueReader(PUMP.metrics[0]!, { metric: 'temperature', unit: 'bar' });
  expect(reader.read(5)).toBeNaN();
  expect(reader.refuse(5)).toMatchObject({ reason: 'wrong-type', detail: expect.stringContaining('bar') });
});

it('a state without codes takes whole numbers', () => {
  const reader = createValueReader({ id: 'step', kind: 'state' }, undefined);
  expect([7, -0, 1.5, 'x', true].map((raw) => reader.read(raw))).toEqual([7, 0, Number.NaN, Number.NaN, 1]);
});

describe('the check of a source', () => {
  const problems = (change: Partial<SourceDefinition>) =>
    checkMapping(jsonSource(change), [PUMP, measuringModel('fan', [{ id: 'load', kind: 'number' }])]);

  it('finds nothing wrong with a good one', () =>
    expect(
      problems({
        metrics: {
          t: { metric: 'temperature', unit: 'K' },
          l: { metric: 'load', scale: 0.01 },
          r: { metric: 'running' },
        },
        ignore: ['rssi'],
        autoRegister: { modelId: 'fan', siteId: 's', max: 1 },
      }),
    ).toEqual([]));

  it.each<[Partial<SourceDefinition>, string[], string]>([
    [{ topic: 'acme/x' }, ['topic'], '{asset}'],
    [{ codec: 'xml' }, ['codec'], 'json'],
    [{ senml: { name: '{metric}' } }, ['senml'], 'codec json'],
    [{ codec: 'csv', csv: { decimal: ',', delimiter: ',' } }, ['csv', 'decimal'], 'delimiter'],
    [{ codec: 'csv', csv: { decimal: '.', delimiter: '||' } }, ['csv', 'delimiter'], 'one character'],
    [{ codec: 'csv', csv: { decimal: '.', columns: ['a', 'a'] } }, ['csv', 'columns'], 'twice'],
    [{ codec: 'csv', csv: { decimal: '.', columns: ['a'], subject: 'b' } }, ['csv', 'subject'], 'none of the columns'],
    [{ codec: 'csv', topic: 'acme/x' }, ['topic'], '{asset}'],
    [{ codec: 'senml-cbor', senml: { name: 'x' } }, ['senml', 'name'], '{subject}'],
    [{ time: { unit: 'auto', zone: 'Mars/Base' } }, ['time', 'zone'], 'Mars/Base'],
    [{ autoRegister: { modelId: 'x', siteId: 's', max: 1 } }, ['autoRegister', 'modelId'], 'pump, fan'],
    [{ metrics: { t: { metric: 'humidity' } } }, ['metrics', 't', 'metric'], 'humidity'],
    [{ metrics: { t: { metric: 'temperature', unit: 'bar' } } }, ['metrics', 't'], '°C'],
    [{ metrics: { l: { metric: 'load', unit: 'kW' } } }, ['metrics', 'l'], 'without a unit'],
    [{ metrics: { t: { metric: 'temperature', scale: 0 } } }, ['metrics', 't'], 'not 0'],
    [{ metrics: { r: { metric: 'running', unit: 's' } } }, ['metrics', 'r'], 'codes'],
    [{ metrics: { t: { metric: 'temperature' } }, ignore: ['t'] }, ['ignore'], 'as well'],
    [{ metrics: { t: { metric: 'temperature', from: 'x' } }, ignore: ['x'] }, ['ignore'], 'as well'],
    [{ metrics: { r: { metric: 'running', bit: 1, bits: [1, 2] } } }, ['metrics', 'r'], 'both'],
    [{ metrics: { r: { metric: 'running', bits: [2, 1] } } }, ['metrics', 'r'], 'lowest'],
    [{ metrics: { r: { metric: 'running', values: { ON: 'on' } } } }, ['metrics', 'r'], 'stopped, running'],
    [{ metrics: { r: { metric: 'running', values: { ON: 7 } } } }, ['metrics', 'r'], 'stopped, running'],
    [{ metrics: { t: { metric: 'temperature', values: { ON: 'on' } } } }, ['metrics', 't'], 'numbers'],
  ])('%j: %j', (change, path, text) =>
    expect(problems(change)).toEqual([{ path, message: expect.stringContaining(text) }]));
});
