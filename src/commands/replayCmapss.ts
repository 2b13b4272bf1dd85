import { join } from 'node:path';
import { findCmapss, readEngineFleet } from '../../simulators/datasets/cmapss.ts';
import { DataSetError } from '../../simulators/datasets/dataset.ts';
import { CommandError } from './commandError.ts';
import { replayDataSet } from './replayDataSet.ts';
import { replayReport } from './replayReport.ts';
import { showProgress } from './showProgress.ts';
import { stopSignals } from './stopSignals.ts';

export interface ReplayOptions {
  readonly set: string;
  readonly keep?: string;
}

/** `fettle replay cmapss`: prints for each engine its ticket, its failure and the warning time. Its data end now. */
export async function replayCmapssCommand(folder: string | undefined, { set, keep }: ReplayOptions): Promise<void> {
  const stop = stopSignals((text) => process.stderr.write(`\n${text}\n`));
  const fleet = read(folder ?? defaultFolder(), set);
  const { tickets } = await replayDataSet(fleet, {
    name: 'cmapss',
    model: 'turbofan',
    looks: 'never',
    signal: stop.signal,
    onProgress: showProgress(set),
    ...(keep !== undefined && { keep }),
  });
  process.stdout.write(replayReport(fleet, tickets));
}

function read(path: string, set: string) {
  try {
    return readEngineFleet(findCmapss(path, set), Date.now());
  } catch (error) {
    throw error instanceof DataSetError ? new CommandError(error.message) : error;
  }
}

function defaultFolder(): string {
  const sets = process.env.FETTLE_DATA_SETS;
  if (sets) return join(sets, 'cmapss');
  throw new CommandError('name the folder with the C-MAPSS files, or the folder of data sets in FETTLE_DATA_SETS');
}
