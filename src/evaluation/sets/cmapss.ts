import { createHash } from 'node:crypto';
import { findCmapss, readEngineFleet } from '../../../simulators/datasets/cmapss.ts';
import { DataSetError } from '../../../simulators/datasets/dataset.ts';
import { CMAPSS_COLUMNS, type Engine, readCmapss, readRemaining } from '../../../simulators/datasets/readCmapss.ts';
import type { Histories } from '../../domain/histories.ts';
import type { Evaluation, Opened } from '../evaluation.ts';
import { onePath } from '../paths.ts';
import { withLibrary } from '../withLibrary.ts';
import { measureRunsToFailure, measureTest } from './cmapssMeasure.ts';

const FOLDS = 5;

/** NASA's C-MAPSS turbofans: remaining life from the training file's histories. */
export const cmapss: Evaluation = {
  id: 'cmapss',
  title: 'NASA C-MAPSS turbofan engines, remaining life',
  model: 'turbofan',
  folder: 'cmapss',
  looks: 'every',
  protocol:
    'One cycle is one hour. The training file is the library of the similarity rule. With --test and --rul the forecast after the last row of each test engine is scored; without them the training engines, five folds of them each judged by a library of the others, at every cycle at which a test file could end (6 to 145 cycles before the failure, 31 or more seen). rmse and score are of the mean 0.3 P10 + 0.4 P50 + 0.3 P90 (Swanson), interval and truth capped at 125 cycles; uncapped figures and those of P50 stand beside.',
  open: (paths) => openTraining(findCmapss(onePath(paths), 'train_FD001')),
  openFiles: ({ train, test, rul }) => {
    if (train === undefined) throw new DataSetError('name the training file (--train): it is the library');
    if ((test === undefined) !== (rul === undefined)) {
      throw new DataSetError('--test and --rul go together: the rows of the test engines, and what they had left');
    }
    return test === undefined || rul === undefined ? openTraining(train) : openTest(train, test, rul);
  },
};

function openTest(train: string, test: string, rul: string): Opened {
  const library = historiesOf(readCmapss(train));
  const fleet = readEngineFleet(test);
  const left = readRemaining(rul);
  if (left.length !== fleet.engines.length) {
    throw new DataSetError(`${rul}: ${left.length} lines; ${test} has ${fleet.engines.length} engines`);
  }
  return {
    data: { ...fleet, files: [train, test, rul] },
    looks: 'last',
    adapt: (model) => [withLibrary(model, library, model.id)],
    measure: (run) => measureTest(run, fleet, left),
  };
}

/** Each engine is judged by what was learned of engines in other folds. */
function openTraining(train: string): Opened {
  const engines = readCmapss(train);
  const fleet = readEngineFleet(train);
  const idOf = (fold: number) => `${cmapss.model}-fold-${fold + 1}`;
  return {
    data: { ...fleet, devices: fleet.devices.map((device, at) => ({ ...device, model: idOf(at % FOLDS) })) },
    looks: 'every',
    adapt: (model) =>
      Array.from({ length: FOLDS }, (_, fold) => {
        const others = engines.filter((_engine, at) => at % FOLDS !== fold);
        return withLibrary(model, historiesOf(others), idOf(fold));
      }),
    measure: (run) => measureRunsToFailure(run, fleet),
  };
}

function historiesOf(engines: readonly Engine[]): Histories {
  const hash = createHash('sha256');
  const runs = engines.map(({ unit, cycles }) => {
    const values = Float64Array.from(cycles.flat());
    hash.update(`${unit}|`).update(values);
    return { unit: String(unit), times: Float64Array.from(cycles, (_, at) => at + 1), values };
  });
  return { metrics: CMAPSS_COLUMNS, runs, hash: hash.digest('hex').slice(0, 12) };
}
