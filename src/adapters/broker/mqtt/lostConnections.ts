import { type Duration, MINUTE } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import { NoiseLimit } from '../noiseLimit.ts';
import { type Failure, type FailureKind, failure } from './failure.ts';

/** So many connections in a row that the broker ended without a word, each within a minute, are no accident. */
const SUSPICIOUS = 3;
const SOON: Duration = MINUTE;
/** They do not pass by themselves: somebody has to change a setting. */
const SOMEBODY_MUST_ACT: readonly FailureKind[] = ['taken-over', 'closed-again'];

export interface Lost {
  readonly reason: Failure;
  /** How long it was up; undefined when it never got so far. */
  readonly lasted: Duration | undefined;
}

/** Counts and tells why connections to the broker could not be made, or ended. */
export class LostConnections {
  readonly counts = new Map<FailureKind, number>();
  readonly #about: { readonly address: string; readonly clientId: string };
  readonly #log: Log;
  readonly #noise = new NoiseLimit();
  /** Losing the line to a store that is too slow leads to it again: the log is to show that it goes on. */
  readonly #overBounds = new NoiseLimit(MINUTE);
  #closedSoon = 0;

  constructor(about: { readonly address: string; readonly clientId: string }, log: Log) {
    this.#about = about;
    this.#log = log;
  }

  /** Returns what the reason comes to, seen with those before. */
  take(lost: Lost, now: Duration): Failure {
    const reason = this.#judge(lost);
    const { kind, text } = reason;
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
    const noise = kind === 'over-bounds' ? this.#overBounds : this.#noise;
    const level = SOMEBODY_MUST_ACT.includes(kind) ? 'error' : 'warn';
    const shown = noise.worthSaying(kind, now) ? level : 'debug';
    this.#log[shown]({ ...this.#about, reason: kind }, `not connected to the broker: ${text}`);
    return reason;
  }

  /** A broker of MQTT 3.1.1 has no word for a client that another one with its id has pushed out. */
  #judge({ reason, lasted }: Lost): Failure {
    const closedSoon = reason.kind === 'closed-by-broker' && lasted !== undefined && lasted < SOON;
    this.#closedSoon = closedSoon ? this.#closedSoon + 1 : 0;
    return this.#closedSoon < SUSPICIOUS ? reason : failure('closed-again', `client id ${this.#about.clientId}`);
  }
}
