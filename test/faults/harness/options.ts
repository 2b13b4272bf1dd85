import { parseArgs } from 'node:util';
import { SETS, type SetName } from './world.ts';

export interface CommandLine {
  readonly minutes: number;
  readonly seed: number;
  readonly parts: SetName;
  readonly rate: number;
  /** Only these kinds, each once; all at random when absent. */
  readonly faults: readonly string[] | undefined;
  /** Keeps its folder, with Fettle's log, whatever comes of it. */
  readonly keep: boolean;
}

export const USAGE = `npm run test:faults -- [--minutes 5] [--seed N] [--parts ${SETS.join('|')}] [--rate 200] [--fault NAME]... [--keep]`;

/** Throws with what would be valid. */
export function readOptions(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      parts: { type: 'string', default: 'embedded' },
      rate: { type: 'string', default: '200' },
      fault: { type: 'string', multiple: true },
      keep: { type: 'boolean', default: false },
    },
  });
  const parts = SETS.find((name) => name === values.parts);
  if (!parts) throw new Error(`--parts is ${values.parts}; it must be one of ${SETS.join(', ')}`);
  return {
    minutes: positive('minutes', values.minutes),
    seed: Math.trunc(positive('seed', values.seed)),
    rate: positive('rate', values.rate),
    parts,
    faults: values.fault,
    keep: values.keep,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`--${name} is ${text}; it must be a number above 0`);
  return value;
}
