import { type Logger, type LoggerOptions, pino, stdSerializers } from 'pino';

/** The structured log of the whole program. */
export type Log = Logger;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What is logged of an error. Libraries hang more on theirs: ioredis the command, which may be AUTH with its password. */
const ERROR_FIELDS = ['type', 'message', 'stack', 'code', 'syscall', 'address', 'port', 'detail', 'constraint', 'part'];
/** Their messages say it all; where in the program a server was missed helps nobody. */
const FOR_PEOPLE = ['UnavailableError', 'SetupError', 'StartupError'];
/** A server did not answer, or not now. */
const NOT_NOW = ['UnavailableError', 'TemporaryDeliveryError'];
/** SQLSTATE of lost connections and of a server that goes or comes. */
const SERVER_AWAY = /^(?:08|57P)/;
const NETWORK = /^(?:ECONN|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)/;
/** What `pg` says without a code. */
const LOST = 'Connection terminated';
/** A warning of a server that is away is repeated at debug for so long, in milliseconds. */
const REPEAT_AFTER = 60_000;
const WARN = 40;

/** How entries are written, wherever to. */
export const LOG_OPTIONS: LoggerOptions = {
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  serializers: { err: serializeError },
  hooks: {
    logMethod(args, method, level) {
      if (level === WARN && isRepeated(this, args)) this.debug(...args);
      else method.apply(this, args);
    },
  },
};

/** When each log last warned, by the text, of a server that was away. */
const warned = new WeakMap<Log, Map<string, number>>();

/** Whatever needs a server warns on each attempt, all with the same reason: /readyz and the watch on parts tell of it. */
function isRepeated(log: Log, [about, text]: unknown[]): boolean {
  const error = typeof about === 'object' && about !== null && 'err' in about ? about.err : undefined;
  if (typeof text !== 'string' || !(error instanceof Error) || !isOutage(error)) return false;
  const times = warned.get(log) ?? new Map<string, number>();
  warned.set(log, times);
  const now = performance.now();
  if (now - (times.get(text) ?? Number.NEGATIVE_INFINITY) < REPEAT_AFTER) return true;
  times.set(text, now);
  return false;
}

function serializeError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const all = { ...stdSerializers.err(error), message: messageOf(error), code: codeOf(error) };
  const shown = Object.entries(all).filter(
    ([name, value]) =>
      ERROR_FIELDS.includes(name) && value !== undefined && !(name === 'stack' && speaksForItself(error)),
  );
  const several = error instanceof AggregateError ? { errors: error.errors.map(serializeError) } : {};
  return { ...Object.fromEntries(shown), ...several };
}

/** With those of the causes that it does not repeat already. */
function messageOf({ message, cause }: Error): string {
  const reason = cause instanceof Error ? messageOf(cause) : '';
  if (reason === '' || message.includes(reason)) return message;
  return message === '' ? reason : `${message}: ${reason}`;
}

/** Its own, or the nearest one of its causes. */
function codeOf(error: Error): unknown {
  if ('code' in error) return error.code;
  return error.cause instanceof Error ? codeOf(error.cause) : undefined;
}

function speaksForItself(error: Error): boolean {
  return FOR_PEOPLE.includes(error.name) || isOutage(error);
}

/** A server can not be reached, went away, or answers that it can't now. */
function isOutage(error: Error): boolean {
  if (NOT_NOW.includes(error.name)) return true;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (NETWORK.test(code) || SERVER_AWAY.test(code) || error.message.startsWith(LOST)) return true;
  return error.cause instanceof Error && isOutage(error.cause);
}

/** JSON lines on standard error, so that standard output stays free for what a command prints. */
export function createLog(level: LogLevel): Log {
  return pino({ ...LOG_OPTIONS, level }, pino.destination(2));
}
