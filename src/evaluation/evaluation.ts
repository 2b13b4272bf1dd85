import type { DataSet } from '../../simulators/datasets/dataset.ts';
import type { Measure } from './measure.ts';
import type { Looks, Run } from './run.ts';

/** A data set that was read, with the measure that knows its truth. */
export interface Opened {
  readonly data: DataSet;
  measure(run: Run): Measure;
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
}
