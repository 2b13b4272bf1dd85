import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { findCmapss, readEngineFleet } from '../../../simulators/datasets/cmapss.ts';
import { DataSetError } from '../../../simulators/datasets/dataset.ts';
import { publishDataSet } from '../../../simulators/datasets/publishDataSet.ts';
import { CMAPSS_COLUMNS, readCmapss, readRemaining } from '../../../simulators/datasets/readCmapss.ts';
import { HOUR } from '../../../simulators/time.ts';
import { Fold } from '../../../src/rules/fold.ts';
import { initState } from '../../../src/rules/state.ts';
import { noFault } from '../../support/faults.ts';
import { tempFolder } from '../../support/temp.ts';
import { foldValues, shippedModels } from './foldScenario.ts';
import { plainBroker } from './plainBroker.ts';

const SLICE = 'test/cases/flow/cmapss/train_FD001.txt';
const END = Date.UTC(2025, 5, 1, 12);

function file(text: string | Buffer, name = 'train_FD001.txt'): string {
  const path = join(tempFolder(), name);
  writeFileSync(path, text);
  return path;
}

const row = (unit: number, cycle: number) => `${unit} ${cycle} ${Array(24).fill('1.5').join(' ')}  \n`;

describe('readCmapss', () => {
  it('reads engines with their cycles', () => {
    const engines = readCmapss(SLICE);
    expect(engines.map(({ unit, cycles }) => [unit, cycles.length])).toEqual([
      [24, 147],
      [39, 128],
      [57, 137],
      [91, 135],
    ]);
    expect(engines[0]!.cycles[0]).toHaveLength(24);
    expect(engines[0]!.cycles[0]![CMAPSS_COLUMNS.indexOf('T2')]).toBe(518.67);
  });

  it('reads gzipped files', () => {
    const path = file(gzipSync(row(3, 1) + row(3, 2)), 'train_FD002.txt.gz');
    expect(readCmapss(path)).toMatchObject([{ unit: 3, cycles: [{ length: 24 }, { length: 24 }] }]);
  });

  it.each([
    ['a missing column', `${row(1, 1)}1 2 3 4\n`, /:2: 4 columns; expected 26: unit, cycle, setting1/],
    ['text', row(1, 1).replace('1.5', 'warm'), /:1: column 3 \(setting1\) is 'warm'; expected a number/],
    ['a fraction of a cycle', `${row(1, 1)}${row(1, 2.5)}`, /:2: cycle 2.5 of unit 1; expected cycle 2/],
    ['a unit that is none', row(0.5, 1), /:1: unit is 0.5; expected a whole number/],
    ['a skipped cycle', `${row(1, 1)}${row(1, 3)}`, /:2: cycle 3 of unit 1; expected cycle 2/],
    ['nothing', '\n', /holds no engine/],
  ])('refuses %s with file and line', (_, text, message) => {
    expect(() => readCmapss(file(text))).toThrow(DataSetError);
    expect(() => readCmapss(file(text))).toThrow(message);
  });

  it('refuses what is not gzip', () => {
    expect(() => readCmapss(file('plain', 'x.txt.gz'))).toThrow(/x\.txt\.gz: is not gzip data/);
  });
});

describe('readRemaining', () => {
  it('reads a number a line, with file and line of what is none', () => {
    expect(readRemaining(file('112 \n98 \n', 'RUL.txt'))).toEqual([112, 98]);
    expect(() => readRemaining(file('112\nsoon\n', 'RUL.txt'))).toThrow(/RUL\.txt:2: .*'soon'; expected a number/);
  });
});

describe('readEngineFleet', () => {
  it('is published in order of time, the fleet together, without labels', async () => {
    const broker = await plainBroker();
    const fleet = readEngineFleet(SLICE, END);
    const options = { mqttUrl: broker.url, topic: 'fettle/cmapss/{asset}/telemetry', maxInFlight: 20 };
    const progress: number[] = [];
    const acknowledged = await publishDataSet(fleet.items, {
      ...options,
      signal: new AbortController().signal,
      onReplacement: () => Promise.reject(new Error('engines are not repaired')),
      onProgress: (done, total) => progress.push(done / total),
    });
    expect(acknowledged).toBe(547);
    expect(fleet.engines).toContainEqual({ asset: 'engine-39', unit: 39, lastCycle: 128 });
    expect(fleet.cycleAt(END)).toBe(147);
    expect(fleet.cycleAt(fleet.timeOf(128))).toBe(128);
    expect(progress.at(-1)).toBe(1);

    expect(broker.received).toHaveLength(547);
    const stamps = broker.received.map((message) => message.payload.ts);
    expect(stamps).toEqual([...stamps].sort((a, b) => a - b));
    expect(stamps.at(-1)).toBe(END);
    expect(stamps[0]).toBe(END - 146 * HOUR);
    for (const engine of readCmapss(SLICE)) {
      const own = broker.received.filter((m) => m.topic === `fettle/cmapss/engine-${engine.unit}/telemetry`);
      expect(own.map((m) => fleet.cycleAt(m.payload.ts))).toEqual(engine.cycles.map((_, index) => index + 1));
      expect(own.map((m) => Object.values(m.payload.values))).toEqual(engine.cycles);
      expect(Object.keys(own[0]!.payload.values)).toEqual([...CMAPSS_COLUMNS]);
    }
  });

  it.each([
    ['test/cases/flow', /test\/cases\/flow: has no train_FD001\.txt, nor with \.gz \(there: .*cmapss/],
    ['nowhere', /nowhere: no such file or folder/],
  ])('says what is missing in %s', (path, message) => {
    expect(() => readEngineFleet(findCmapss(path, 'train_FD001'))).toThrow(message);
  });
});

describe('the rules of turbofan.yaml', () => {
  it.each([
    'remaining-life',
    'exhaust-temperature-high',
  ])('%s catches each engine of the slice once, more than ten cycles before its failure', (rule) => {
    const model = shippedModels().get('turbofan')!;
    for (const { unit, cycles } of readCmapss(SLICE)) {
      const raised: number[] = [];
      const fold = new Fold(`engine-${unit}`, model, initState(model), {
        finding: (finding) => {
          if (finding.ruleId === rule && finding.change === 'raised') raised.push(finding.time / HOUR);
        },
        usage: () => undefined,
        fault: noFault,
      });
      cycles.forEach((values, index) => {
        const named = Object.fromEntries(CMAPSS_COLUMNS.map((column, at) => [column, values[at]!]));
        foldValues(fold, model, (index + 1) * HOUR, named);
      });
      expect(raised, `engine ${unit}`).toHaveLength(1);
      expect(cycles.length - raised[0]!).toBeGreaterThan(10);
    }
  });
});
