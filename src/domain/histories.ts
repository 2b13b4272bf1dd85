/** One machine from its start to its failure. */
export interface RunToFailure {
  /** Names it to people; unique in the library. */
  readonly unit: string;
  /** Rising, in the library's unit of time; the last one is the failure. */
  readonly times: Float64Array;
  /** Row after row, in the order of the library's metrics. */
  readonly values: Float64Array;
}

/** A library of earlier run-to-failure histories. */
export interface Histories {
  /** Metric ids, the columns of every history. */
  readonly metrics: readonly string[];
  readonly runs: readonly RunToFailure[];
  /** Of the content: part of the version of a rule that learns from it. */
  readonly hash: string;
}
