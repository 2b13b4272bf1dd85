import type { DataSet } from '../../simulators/datasets/dataset.ts';
import type { AssetModel } from '../domain/model.ts';
import type { Measure } from './measure.ts';
import type { Looks, Run } from './run.ts';

/** A data set that was read, with the measure that knows its truth. */
export interface Opened {
  readonly data: DataSet;
  /** Default: that of the evaluation. */
  readonly looks?: Looks;
  /** Models in place of the evaluation's one; its devices name theirs. */
  adapt?(model: AssetModel): readonly AssetModel[];
  measure(run: Run): Measure;
}

/** Files that are named one by one, where training and test are apart. */
export interface NamedFiles {
  readonly train?: string;
  readonly test?: string;
  readonly rul?: string;
}

/** A public data set, how it is replayed and what is to be shown on it. */
export interface Evaluation {
  readonly id: string;
  /** For people. */
  readonly title: string;
  /** Id of the asset model of the devices that name none. */
  readonly model: string;
  /** Its folder in the folder of data sets; absent where it is simulated. */
  readonly folder?: string;
  /** How the rows become messages, and what is measured. */
  readonly protocol: string;
  readonly looks: Looks;
  /**
   * Reads it: files or folders as they were named.
   *
   * @throws DataSetError with file and line
   */
  open(paths: readonly string[]): Opened;
  /** As {@link open}, where a training file, a test file and its truth are named. */
  openFiles?(files: NamedFiles): Opened;
}
