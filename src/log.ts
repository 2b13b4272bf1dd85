import { type Logger, type LoggerOptions, pino, stdSerializers } from 'pino';

/** The structured log of the whole program. */
export type Log = Logger;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What is logged of an error. Libraries hang more on theirs: ioredis the command, which may be AUTH with its password. */
const ERROR_FIELDS = ['type', 'message', 'stack', 'code', 'syscall', 'address', 'port', 'detail', 'constraint', 'part'];

/** How entries are written, wherever to. */
export const LOG_OPTIONS: LoggerOptions = {
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: serializeError },
};

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const fields = Object.entries(stdSerializers.err(error)).filter(([name]) => ERROR_FIELDS.includes(name));
  const several = error instanceof AggregateError ? { errors: error.errors.map(serializeError) } : {};
  return { ...Object.fromEntries(fields), ...several };
}

/** JSON lines on standard error, so that standard output stays free for what a command prints. */
export function createLog(level: LogLevel): Log {
  return pino({ ...LOG_OPTIONS, level }, pino.destination(2));
}
