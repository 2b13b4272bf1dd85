import { parseArgs } from 'node:util';
import { PROTOCOLS, type Protocol } from './sender.ts';
import { SETS, type SetName } from './world.ts';

export interface CommandLine {
  readonly minutes: number;
  readonly seed: number;
  readonly parts: SetName;
  /** How devices send. */
  readonly protocol: Protocol;
  readonly rate: number;
  /** Only these kinds, each once; all at random when absent. */
  readonly faults: readonly string[] | undefined;
  /** Keeps its folder, with Fettle's log, whatever comes of it. */
  readonly keep: boolean;
}

export const USAGE = `npm run test:faults -- [--minutes 5] [--seed N] [--parts ${SETS.join('|')}] [--protocol ${PROTOCOLS.join('|')}] [--rate 200] [--fault NAME]... [--keep]`;

/** Throws with what would be valid. */
export function readOptions(args: readonly string[]): CommandLine {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: 'string', default: '5' },
      seed: { type: 'string', default: String(Date.now() % 100_000) },
      parts: { type: 'string', default: 'embedded' },
      protocol: { type: 'string', default: 'mqtt' },
      rate: { type: 'string', default: '200' },
      fault: { type: 'string', multiple: true },
      keep: { type: 'boolean', default: false },
    },
  });
  const parts = SETS.find((name) => name === values.parts);
  if (!parts) throw new Error(`--parts is ${values.parts}; it must be one of ${SETS.join(', ')}`);
  const protocol = PROTOCOLS.find((name) => name === values.protocol);
  if (!protocol) throw new Error(`--protocol is ${values.protocol}; it must be one of ${PROTOCOLS.join(', ')}`);
  return {
    minutes: positive('minutes', values.minutes),
    seed: Math.trunc(positive('seed', values.seed)),
    rate: positive('rate', values.rate),
    parts,
    protocol,
    faults: values.fault,
    keep: values.keep,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!(value > 0 && Number.isFinite(value))) throw new Error(`--${name} is ${text}; it must be a number above 0`);
  return value;
}
