/** Who assesses: `inline`, the process that stored; `sharded`, any node from the notes. */
export type AssessmentMode = 'inline' | 'sharded';

/** Setting with the mode in which the states in the database were made. */
export const ASSESSED_BY = 'assessed-by';
