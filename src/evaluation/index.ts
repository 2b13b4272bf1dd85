import type { Evaluation } from './evaluation.ts';
import { compressor } from './sets/compressor.ts';
import { toolWear } from './sets/toolWear.ts';

/** All data sets that Fettle is measured on, in the order of the table. */
export const EVALUATIONS: readonly Evaluation[] = [compressor, toolWear];
