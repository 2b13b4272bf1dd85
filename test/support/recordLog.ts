import { Writable } from 'node:stream';
import { pino } from 'pino';
import { LOG_OPTIONS, type Log } from '../../src/log.ts';

export interface LogLine {
  readonly level: number;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A log that keeps its lines, for tests of what is reported. */
export function recordLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  return { log: pino({ ...LOG_OPTIONS, level: 'trace' }, sink), lines };
}
