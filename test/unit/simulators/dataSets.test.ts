import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readAzure } from '../../../simulators/datasets/azure.ts';
import { readBattery } from '../../../simulators/datasets/battery.ts';
import { readBearings } from '../../../simulators/datasets/bearings.ts';
import { readCompressor } from '../../../simulators/datasets/compressor.ts';
import { DataSetError } from '../../../simulators/datasets/dataset.ts';
import { readTable, toNumber, toTime } from '../../../simulators/datasets/files.ts';
import { readFilter } from '../../../simulators/datasets/filter.ts';
import { readHydraulics } from '../../../simulators/datasets/hydraulics.ts';
import { readNab } from '../../../simulators/datasets/nab.ts';
import { readSkab } from '../../../simulators/datasets/skab.ts';
import { readToolWear } from '../../../simulators/datasets/toolWear.ts';
import { DAY, HOUR, MINUTE, SECOND } from '../../../simulators/time.ts';
import { tempFolder } from '../../support/temp.ts';

/** Writes files into a folder of their own; gives the folder. */
function folder(files: Readonly<Record<string, string | Buffer>>): string {
  const place = tempFolder();
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(place, name)), { recursive: true });
    writeFileSync(join(place, name), text);
  }
  return place;
}

const MILL =
  'UDI,Type,Air temperature [K],Process temperature [K],Rotational speed [rpm],Torque [Nm],Tool wear [min],TWF';
const mill = (...wears: (number | string)[]) =>
  `${MILL}\n${wears.map((wear) => `1,M,298,308,1500,40,${wear},1`).join('\r\n')}\n`;

describe('readTable', () => {
  const table = (text: string) => join(folder({ 't.csv': text }), 't.csv');
  const form = { separator: ',', columns: ['b', 'a'], header: true };

  it('gives the wanted columns in the order asked, with the place of each line', () => {
    const file = table('a,"b",c\r\n1,2,3\n\n4,"5",6\n');
    expect(readTable(file, form)).toEqual([
      { place: `${file}:2`, fields: ['2', '1'] },
      { place: `${file}:4`, fields: ['5', '4'] },
    ]);
  });

  it.each([
    ['a column that is not there', 'a,c\n1,2\n', /t\.csv:1: no column b; the first line has a, c/],
    ['a line too short', 'a,b\n1,2\n1\n', /t\.csv:3: 1 columns; expected 2: a, b/],
    ['a header alone', 'a,b\n', /t\.csv: holds no line of data/],
  ])('refuses %s', (_, text, message) => {
    expect(() => readTable(table(text), form)).toThrow(DataSetError);
    expect(() => readTable(table(text), form)).toThrow(message);
  });

  it('says so when a file is not there, or is no gzip', () => {
    expect(() => readTable('/nowhere/t.csv', form)).toThrow(/\/nowhere\/t\.csv: ENOENT/);
    const place = folder({ 't.csv.gz': 'plain' });
    expect(() => readTable(join(place, 't.csv.gz'), form)).toThrow(/is not gzip data/);
  });
});

it('reads numbers and times, and names what is none', () => {
  expect(Object.is(toNumber('-0', 'f:1', 'x'), 0)).toBe(true);
  expect(() => toNumber(' ', 'f:1', 'x')).toThrow("f:1: column x is ' '; expected a number");
  expect(toTime('2015-01-04 06:00:00', 'f:1', 'x')).toBe(Date.UTC(2015, 0, 4, 6));
  expect(toTime('2022-09-08T07:30:00.500+02:00', 'f:1', 'x')).toBe(Date.UTC(2022, 8, 8, 5, 30, 0, 500));
  expect(() => toTime('04/01/2015', 'f:9', 'x')).toThrow(/f:9: column x is '04\/01\/2015'; expected a time like/);
});

describe('tool wear', () => {
  it('is a job a row without labels; a change is where the counter goes back', () => {
    const { items, truth } = readToolWear(folder({ 'ai4i2020.csv': mill(0, 200, 203, 2) }));
    expect(items).toHaveLength(4);
    expect(Object.keys(items[0] as object)).toEqual(['asset', 'time', 'values']);
    expect((items[1] as { values: object }).values).toEqual({
      'air-temperature': 298,
      'process-temperature': 308,
      'rotational-speed': 1500,
      torque: 40,
      'tool-wear': 200,
    });
    const start = items[0]!.time;
    expect(truth.changes).toEqual([{ lastJob: start + 20 * MINUTE, firstJob: start + 30 * MINUTE, wear: 203 }]);
  });

  it('names file and line of a mistake', () => {
    expect(() => readToolWear(folder({ 'ai4i2020.csv': mill(0, 'new') }))).toThrow(
      /ai4i2020\.csv:3: column Tool wear \[min\] is 'new'/,
    );
    expect(() => readToolWear(folder({ 'ai4i2020.csv': mill(0, -1) }))).toThrow(/:3: .*-1; expected 0 or more/);
    expect(() => readToolWear(folder({}))).toThrow(/has no ai4i2020\.csv or ai4i2020_first_5000\.csv/);
  });
});

it('adds up the hours of the compressor, whatever the order of its rows', () => {
  const head = 'datetime,p_comp,t_oleo,t_mot,t_ar,freq,potencia,vibracao,di_00,carga,tempo_30_hz,tempo_60_hz';
  const row = (stamp: string, slow: number, fast: number) => `${stamp},8,81,40,-3,34,2500,2.4,0,x,${slow},${fast}`;
  const text = [head, row('2022-09-08T08:30:00', 0, 0.5), row('2022-09-08T08:00:00', 0.5, 0)].join('\n');
  const { items, truth, devices } = readCompressor(folder({ 'telemetry_30min.csv': text }));
  expect(items.map((item) => 'values' in item && item.values['run-hours'])).toEqual([0.5, 1]);
  expect(truth).toMatchObject({ hours: 1, from: Date.UTC(2022, 8, 8, 8) });
  expect(truth.oilChange).toBeUndefined();
  expect(devices[0]!.installed).toEqual({ machine: { time: Date.UTC(2022, 8, 8, 7, 30), reading: 0 } });
});

it('makes messages of ten rows of a filter, with the dust fed so far', () => {
  const head = 'unit,time_s,differential_pressure_pa,flow_rate,dust_feed_mm3_s,sampling_hz,bias_type,rul_s';
  const rows = Array.from({ length: 25 }, (_, at) => `7,${(at + 1) / 10},${at},50,100,10,b,${(30 - at) / 10}`);
  const { items, truth } = readFilter(folder({ 'train.csv': [head, ...rows].join('\n') }));
  expect(items.map(({ asset }) => asset)).toEqual(['filter-7', 'filter-7']);
  expect(items.map((item) => 'values' in item && item.values)).toEqual([
    { 'differential-pressure': 4.5, 'flow-rate': 50, 'dust-fed': 100 },
    { 'differential-pressure': 14.5, 'flow-rate': 50, 'dust-fed': 200 },
  ]);
  expect(items[1]!.time - items[0]!.time).toBe(HOUR);
  expect((truth.runs[0]!.failsAt - items[0]!.time) / HOUR).toBeCloseTo(2.1, 5);
});

it('finds the end of life of a cell', () => {
  const head =
    'cycle,mean_discharge_voltage_V,mean_discharge_temperature_C,equal_voltage_drop_discharge_time_s,capacity_Ah';
  const text = [head, '1,3.5,32,1600,1.5', '2,3.5,32,1600,1.399', '3,3.5,32,1600,1.41'].join('\n');
  const { truth, items } = readBattery([folder({ 'B0099.csv': text })]);
  expect(truth.cells).toEqual([{ asset: 'cell-b0099', cycles: 3, end: { cycle: 2, time: items[1]!.time } }]);
  expect(truth.cyclesBetween(0, 3 * DAY)).toBe(3);
});

it('has a device a bearing and knows when the rig stopped', () => {
  const text =
    ',Bearing 1,Bearing 2\n2004-02-12 10:32:39,0.05,0.07\n2004-02-12 10:42:39,0.3,0.1\n2004-02-12 10:52:39,0.001,0.002\n';
  const { items, truth } = readBearings(folder({ 'test2_mean_abs.csv': text }));
  expect(items).toHaveLength(6);
  expect(truth).toMatchObject({ assets: ['bearing-1', 'bearing-2'], failed: 'bearing-1', to: items[2]!.time });
});

it('takes the windows of NAB from the file beside the data', () => {
  const data = 'timestamp,value\n2013-07-04 00:00:00,69.9\n';
  const windows = JSON.stringify({
    'x/ambient_temperature_system_failure.csv': [['2013-12-15 07:00:00.000000', '2013-12-30 09:00:00.000000']],
  });
  const name = 'ambient_temperature_system_failure.csv';
  const { truth } = readNab(folder({ [name]: data, 'windows.json': windows }));
  expect(truth.windows).toEqual([[Date.UTC(2013, 11, 15, 7), Date.UTC(2013, 11, 30, 9)]]);
  expect(() => readNab(folder({ [name]: data }))).toThrow(/windows\.json: no such file/);
  expect(() => readNab(folder({ [name]: data, 'windows.json': '{' }))).toThrow(/windows\.json: is not JSON/);
  expect(() => readNab(folder({ [name]: data, 'windows.json': '{}' }))).toThrow(/has no windows of ambient/);
});

it('reads SKAB with and without labels and sends none', () => {
  const head =
    'datetime;Accelerometer1RMS;Accelerometer2RMS;Current;Pressure;Temperature;Thermocouple;Voltage;Volume Flow RateRMS';
  const row = (second: number) => `2020-03-09 10:14:3${second};1;2;3;4;5;6;7;8`;
  const place = folder({
    'valve1/2.csv': `${head};anomaly;changepoint\n${row(0)};0.0;0.0\n${row(1)};1.0;1.0\n${row(2)};0.0;0.0\n`,
    'valve1/10.csv': `${head};anomaly;changepoint\n${row(0)};0.0;0.0\n`,
    'free/free.csv': `${head}\n${row(0)}\n`,
  });
  const { truth, items } = readSkab([place]);
  expect(truth.runs.map(({ asset }) => asset)).toEqual(['pump-free-free', 'pump-valve1-2', 'pump-valve1-10']);
  const from = Date.UTC(2020, 2, 9, 10, 14, 30);
  expect(truth.runs[1]!.fault).toEqual([from + SECOND, from + SECOND]);
  expect(truth.runs[0]).toMatchObject({ marked: [] });
  expect(new Set(items.flatMap((item) => ('values' in item ? Object.keys(item.values) : [])))).not.toContain('anomaly');
});

it('makes errors events, maintenance replacements and failures the truth', () => {
  const place = folder({
    'PdM_telemetry.csv.gz': gzipSync(
      'datetime,machineID,volt,rotate,pressure,vibration\n2015-01-02 06:00:00,1,170,450,100,40\n',
    ),
    'PdM_errors.csv':
      '"datetime","machineID","errorID"\n2015-01-02 06:00:00,1,"error1"\n2015-01-02 06:00:00,1,"error2"\n',
    'PdM_maint.csv': '"datetime","machineID","comp"\n2014-06-01 06:00:00,1,"comp1"\n2015-01-05 06:00:00,1,"comp2"\n',
    'PdM_failures.csv':
      '"datetime","machineID","failure"\n2015-01-05 06:00:00,1,"comp2"\n2015-01-05 06:00:00,9,"comp2"\n',
  });
  const { items, devices, truth } = readAzure(place);
  const at = Date.UTC(2015, 0, 2, 6);
  expect(items).toEqual([
    { asset: 'machine-1', time: at, values: { volt: 170, rotate: 450, pressure: 100, vibration: 40 } },
    { asset: 'machine-1', time: at, values: { error1: 'occurred' } },
    { asset: 'machine-1', time: at, values: { error2: 'occurred' } },
    { asset: 'machine-1', time: at + 3 * DAY, replaced: 'comp2' },
  ]);
  expect(devices).toEqual([{ asset: 'machine-1', installed: { comp1: { time: Date.UTC(2014, 5, 1, 6) } } }]);
  expect(truth.failures).toEqual([{ asset: 'machine-1', component: 'comp2', time: at + 3 * DAY }]);
});

it('makes a message a cycle of the rig, and refuses files that do not fit together', () => {
  const names = ['TS1', 'TS2', 'TS3', 'TS4', 'FS1', 'FS2', 'VS1', 'SE', 'CE', 'CP'];
  const sensors = Object.fromEntries(names.map((name, at) => [`${name}.txt`, `${at}\t${at + 2}\n10\t20\n`]));
  const profile = '3\t100\t0\t130\t1\n100\t100\t2\t130\t0\n';
  const { items, truth } = readHydraulics(folder({ ...sensors, 'profile.txt': profile }));
  expect((items[0] as { values: object }).values).toMatchObject({
    'tank-temperature': 1,
    'cooling-power': 10,
    'efficiency-factor': 8,
    'efficiency-under-load': 9,
  });
  expect(truth.cycles).toMatchObject([
    { cooler: 3, leak: 0, stable: false },
    { cooler: 100, leak: 2, stable: true },
  ]);
  const short = folder({ ...sensors, 'profile.txt': '3\t100\t0\t130\t1\n' });
  expect(() => readHydraulics(short)).toThrow(/TS1\.txt: 2 cycles; .*profile\.txt has 1/);
});
