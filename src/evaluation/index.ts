import type { Evaluation } from './evaluation.ts';
import { azure } from './sets/azure.ts';
import { battery } from './sets/battery.ts';
import { bearings } from './sets/bearings.ts';
import { cmapss } from './sets/cmapss.ts';
import { compressor } from './sets/compressor.ts';
import { filter } from './sets/filter.ts';
import { fleet } from './sets/fleet.ts';
import { hydraulics } from './sets/hydraulics.ts';
import { nab } from './sets/nab.ts';
import { skab } from './sets/skab.ts';
import { toolWear } from './sets/toolWear.ts';

/** All data sets that Fettle is measured on, in the order of the table. */
export const EVALUATIONS: readonly Evaluation[] = [
  cmapss,
  filter,
  compressor,
  azure,
  toolWear,
  skab,
  nab,
  bearings,
  battery,
  hydraulics,
  fleet,
];
