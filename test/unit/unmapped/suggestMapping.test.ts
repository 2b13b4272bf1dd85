import { describe, expect, it } from 'vitest';
import type { MetricDefinition } from '../../../src/domain/model.ts';
import { likelyMappings, type NameFacts } from '../../../src/unmapped/suggestMapping.ts';

const number = (id: string, unit: string, range: [number, number], en = id, zh = id): MetricDefinition => ({
  ...{ id, kind: 'number', unit, range, name: { en, zh } },
});
const METRICS: readonly MetricDefinition[] = [
  number('oil-temperature', '°C', [-40, 150], 'Oil temperature', '油温'),
  number('motor-temperature', '°C', [-40, 200], 'Motor winding temperature', '电机温度'),
  number('discharge-pressure', 'bar', [0, 20], 'Discharge pressure', '排气压力'),
  number('motor-current', 'A', [0, 300]),
  number('vibration', 'mm/s', [0, 100]),
  number('flow-rate', 'l/min', [0, 10_000]),
  number('run-hours', 'h', [0, 200_000], 'Running hours'),
  number('toner-remaining', '%', [0, 100]),
  { id: 'running', kind: 'state', codes: { stopped: 0, running: 1 } },
  { id: 'fault', kind: 'event', codes: { none: 0, overload: 2 } },
];

const likely = (name: string, values: unknown[] = [], more: Partial<NameFacts> = {}) =>
  likelyMappings({ name, values, ...more }, METRICS);
const best = (name: string, values: unknown[] = [], more: Partial<NameFacts> = {}) =>
  likely(name, values, more)[0]?.mapping;

describe('the metric that a name stands for', () => {
  it.each([
    ['oilTemp', 'oil-temperature'],
    ['OIL_TEMPERATURE', 'oil-temperature'],
    ['Oil temperature', 'oil-temperature'],
    ['油温', 'oil-temperature'],
    ['Compressor/Motor/WindingTemp', 'motor-temperature'],
    ['motor.temperature.value', 'motor-temperature'],
    ['DischPress', 'discharge-pressure'],
    ['P_out', 'discharge-pressure'],
    ['mtrCurr', 'motor-current'],
    ['vib_rms', 'vibration'],
    ['vibration.value', 'vibration'],
    ['vib.mms', 'vibration'],
    ['flowRate', 'flow-rate'],
    ['operating_hours', 'run-hours'],
    ['Runing', 'running'],
    ['err', 'fault'],
  ])('%s is %s', (name, metric) => {
    expect(best(name)?.metric).toBe(metric);
  });

  it.each(['firmware', 'rssi', 'seq', 'humidity', 'x', '', '///', 'oil', 'motor-speed'])('%j is none', (name) => {
    expect(likely(name)).toEqual([]);
  });

  it('may be several, the likeliest first', () => {
    const [first, second] = likely('temperature');
    expect([first!.mapping.metric, second!.mapping.metric]).toEqual(['oil-temperature', 'motor-temperature']);
    expect(first!.score).toBe(second!.score);
  });

  it('is found by the last part of a path before all others', () => {
    expect(best('Oil/MotorTemperature')?.metric).toBe('motor-temperature');
  });

  it('is none that the values cannot be', () => {
    expect(best('oilTemp', ['warm'])).toBeUndefined();
    expect(best('oilTemp', [{ value: 1 }])).toBeUndefined();
    expect(best('running', [7])).toBeUndefined();
    expect(best('oilTemp', [60], { unit: 'bar' })).toBeUndefined();
  });

  it('takes names of any length and kind', () => {
    for (const name of ['a/'.repeat(50_000), '__proto__', 'constructor', '{'.repeat(1000), 'T('.repeat(9999), '😀'])
      expect(likely(name).length).toBeLessThan(METRICS.length);
  });
});

describe('the unit of its values', () => {
  it.each([
    ['oilTempF', '°F', 'oil-temperature'],
    ['oil_temp_f', '°F', 'oil-temperature'],
    ['Oil temp (°F)', '°F', 'oil-temperature'],
    ['oil_temp_c', undefined, 'oil-temperature'],
    ['oilTemperatureKelvin', 'K', 'oil-temperature'],
    ['pressure_kPa', 'kPa', 'discharge-pressure'],
    ['dischargePressureKPa', 'kPa', 'discharge-pressure'],
    ['discharge_pressure_bar', undefined, 'discharge-pressure'],
    ['Discharge pressure [psi]', 'psi', 'discharge-pressure'],
    ['motor_current_ma', 'mA', 'motor-current'],
    ['vibration_m_s', 'm/s', 'vibration'],
    ['flow_m3h', 'm3/h', 'flow-rate'],
    ['run_hours', undefined, 'run-hours'],
    ['run_minutes', 'min', 'run-hours'],
    ['toner_remaining_pct', undefined, 'toner-remaining'],
  ])('%s is in %s', (name, unit, metric) => {
    expect(best(name)).toEqual({ metric, ...(unit && { unit }) });
  });

  it('is told by values out of the range of the model, where another unit fits them', () => {
    expect(best('oilTemp', [154.4, 160])).toEqual({ metric: 'oil-temperature', unit: '°F' });
    expect(best('dischargePressure', [740, 750])).toEqual({ metric: 'discharge-pressure', unit: 'kPa' });
    expect(best('dischargePressure', [7.4, 7.5])).toEqual({ metric: 'discharge-pressure' });
    expect(best('oilTemp', [1e9])).toEqual({ metric: 'oil-temperature' });
  });

  it('is not named again where the payload tells it', () => {
    expect(best('oilTemp', [154.4], { unit: '°F' })).toEqual({ metric: 'oil-temperature' });
  });
});

describe('how its values are read', () => {
  it('names the separator of numbers in texts', () => {
    expect(best('oilTemp', ['68.5', '70'])).toEqual({ metric: 'oil-temperature', decimal: '.' });
    expect(best('oilTemp', ['68,5'])).toEqual({ metric: 'oil-temperature', decimal: ',' });
    expect(best('oilTempF', ['154,4'])).toEqual({ metric: 'oil-temperature', unit: '°F', decimal: ',' });
  });

  it('says what words stand for', () => {
    expect(best('run', ['RUNNING'])).toEqual({ metric: 'running', values: { RUNNING: 'running' } });
    expect(best('run', ['ON'])).toEqual({ metric: 'running', values: { ON: 'running', OFF: 'stopped' } });
    expect(best('run', ['Off'])).toEqual({ metric: 'running', values: { On: 'running', Off: 'stopped' } });
    expect(best('run', [true, 1, 'stopped'])).toEqual({ metric: 'running' });
    expect(best('err', ['Overload'])).toEqual({ metric: 'fault', values: { Overload: 'overload' } });
    expect(best('run', ['perhaps'])).toBeUndefined();
  });
});
