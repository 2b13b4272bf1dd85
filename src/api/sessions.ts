import { randomBytes } from 'node:crypto';
import { DAY, type Duration, HOUR, MINUTE, type Timestamp } from '../domain/time.ts';
import type { Log } from '../log.ts';
import type { Session, SessionRepository } from '../ports/sessions.ts';
import { hashKey } from './keys.ts';
import { type Remembered, remembered } from './remembered.ts';

/** A session that is not used for so long is over. */
const IDLE: Duration = 12 * HOUR;
/** However much it is used, it is over then. */
export const LONGEST: Duration = 7 * DAY;
/** That it was used is noted this often. */
const NOTED: Duration = MINUTE;
/** Beyond so many all are forgotten, which only notes some once more. */
const MOST_NOTED = 10_000;

/** Who is to be signed in. */
export type NewSession = Pick<Session, 'name' | 'role' | 'way' | 'keyHash'>;

/** Starts, finds and ends sessions, each known by a token that its holder alone has. */
export class Sessions {
  readonly #rows: SessionRepository;
  readonly #now: () => Timestamp;
  readonly #log: Log;
  readonly #known: Remembered<Session>;
  /** When each was last tried to be noted, so that a database that stalls is not asked with each request. */
  readonly #noted = new Map<string, Timestamp>();

  constructor(rows: SessionRepository, now: () => Timestamp, log: Log) {
    this.#rows = rows;
    this.#now = now;
    this.#log = log;
    this.#known = remembered((hash) => rows.find(hash), now, log);
  }

  async start(who: NewSession): Promise<{ readonly token: string; readonly session: Session }> {
    const now = this.#now();
    await this.#rows.prune(now, now - IDLE);
    const token = randomText();
    const session: Session = {
      ...who,
      hash: hashKey(token),
      csrfToken: randomText(),
      createdAt: now,
      seenAt: now,
      expiresAt: now + LONGEST,
    };
    await this.#rows.add(session);
    return { token, session };
  }

  /** The session of a token, which counts as used now; undefined when there is none, or it is over. */
  async find(token: string): Promise<Session | undefined> {
    const session = await this.#known.find(hashKey(token));
    if (!session) return undefined;
    const now = this.#now();
    if (now >= session.expiresAt || now - session.seenAt >= IDLE) return undefined;
    if (now - Math.max(session.seenAt, this.#noted.get(session.hash) ?? 0) >= NOTED) void this.#note(session.hash, now);
    return session;
  }

  /** Harmless when there is none. */
  async end(token: string): Promise<void> {
    const hash = hashKey(token);
    await this.#rows.remove(hash);
    this.#known.forget(hash);
  }

  /** Nobody waits for it: what is asked is answered also while the database stalls. */
  async #note(hash: string, now: Timestamp): Promise<void> {
    if (this.#noted.size >= MOST_NOTED) this.#noted.clear();
    this.#noted.set(hash, now);
    try {
      await this.#rows.seen(hash, now);
      this.#known.forget(hash);
    } catch (error) {
      this.#log.warn({ err: error }, 'that a session is used could not be noted');
    }
  }
}

/** 256 random bits. */
function randomText(): string {
  return randomBytes(32).toString('base64url');
}
