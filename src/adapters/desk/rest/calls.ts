import type { Duration } from '../../../domain/time.ts';
import { MINUTE } from '../../../domain/time.ts';
import type { Clock } from '../../../ports/clock.ts';
import { WorkOrderGoneError } from '../../../ports/serviceDesk.ts';
import { textAt } from '../../../presets/pointer.ts';
import type { DeskPreset, PresetCall } from '../../../presets/schema.ts';
import type { Scope, Templates } from '../../../presets/template.ts';
import { parseRetryAfter } from '../answer.ts';
import { DeskCredentialsError, TemporaryDeliveryError } from '../errors.ts';
import type { Answer } from '../exchange.ts';
import { addressOf, DeskHttp } from '../http.ts';

const ANSWER_BYTES = 8 * 1024 * 1024;
/** Who set wrong credentials has to act: asking often only locks the account. */
const CREDENTIALS_PAUSE: Duration = 15 * MINUTE;
/** Where the desk is too busy without saying for how long. */
const BUSY = new Set([429, 503]);
const GONE = new Set([404, 410]);

export interface Login {
  readonly token?: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

export interface CallsOptions {
  readonly preset: DeskPreset;
  readonly url: string;
  readonly login: Login;
  readonly templates: Templates;
  readonly timeoutMs?: Duration | undefined;
  readonly allowPrivateAddresses?: boolean | undefined;
  readonly clock: Clock;
}

/** One call of a preset and the JSON that came back. Keeps to the quota and to what Retry-After asked for. */
export class Calls {
  readonly #options: CallsOptions;
  readonly #http: DeskHttp;
  readonly #base: string;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #spacing: Duration;
  #nextAt: Duration = Number.NEGATIVE_INFINITY;

  constructor(options: CallsOptions) {
    const { preset, url, templates, login } = options;
    this.#options = options;
    this.#http = new DeskHttp(options);
    this.#base = url.replace(/\/+$/, '');
    this.#headers = {
      Accept: 'application/json',
      'User-Agent': 'Fettle',
      ...Object.fromEntries(templates.renderMap(preset.headers, {})),
      ...authorize(preset, login, templates),
    };
    this.#spacing = preset.limits?.perMinute === undefined ? 0 : MINUTE / preset.limits.perMinute;
  }

  /** The answer as JSON, undefined where it has no body. Rejects with the desk's own words when it refuses. */
  async call(call: PresetCall, scope: Scope, signal: AbortSignal): Promise<unknown> {
    const { templates } = this.#options;
    const url = this.#address(call, scope);
    const content = call.body === undefined ? undefined : JSON.stringify(templates.renderAll(call.body, scope));
    await this.#turn(url, signal);
    const answer = await this.#http.exchange({
      method: call.method,
      url,
      headers: {
        ...this.#headers,
        ...(content !== undefined && { 'Content-Type': 'application/json' }),
        ...Object.fromEntries(templates.renderMap(call.headers, scope)),
      },
      ...(content !== undefined && { body: Buffer.from(content) }),
      signal,
      limit: ANSWER_BYTES,
    });
    if (answer.status < 200 || answer.status > 299) throw this.#refusal(url, answer);
    return this.#read(url, answer);
  }

  close(): void {
    this.#http.close();
  }

  #address(call: PresetCall, scope: Scope): URL {
    const { templates } = this.#options;
    const url = new URL(`${this.#base}${templates.renderPath(call.path, scope)}`);
    for (const [name, value] of templates.renderMap(call.query, scope)) url.searchParams.append(name, value);
    return url;
  }

  /** Waits for the quota; gives up at once while the desk has asked to be left alone. */
  async #turn(url: URL, signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const now = clock.elapsed();
    const wait = this.#nextAt - now;
    if (wait > this.#spacing * 10) {
      const message = `${addressOf(url)}: not asked, the desk wants to be left alone for another ${Math.ceil(wait / 1000)} s`;
      throw new TemporaryDeliveryError(message, { retryAfterMs: wait });
    }
    this.#nextAt = Math.max(this.#nextAt, now) + this.#spacing;
    if (wait > 0) await clock.sleep(wait, signal);
  }

  #read(url: URL, { text, complete }: Answer): unknown {
    if (!complete) throw new TemporaryDeliveryError(`${addressOf(url)}: the answer broke off or is too long`);
    if (text.trim() === '') return undefined;
    try {
      return JSON.parse(text);
    } catch {
      throw new TemporaryDeliveryError(`${addressOf(url)}: the answer is no JSON: ${text.slice(0, 100)}`);
    }
  }

  #refusal(url: URL, answer: Answer): Error {
    const { errors = {} } = this.#options.preset;
    const { status } = answer;
    const said = wordsOf(answer.text, errors.message ?? []);
    const message = `${addressOf(url)} answered ${status}: ${said.slice(0, 200)}`;
    if (status === 401 || errors.credentials?.includes(status)) {
      return new DeskCredentialsError(`the desk refuses the credentials: ${message}`, {
        retryAfterMs: CREDENTIALS_PAUSE,
      });
    }
    if (errors.temporary?.includes(status)) return this.#temporary(message, answer);
    if (GONE.has(status) || errors.gone?.includes(status)) return new WorkOrderGoneError(message);
    const error = this.#http.refusal(url, answer, said);
    return error instanceof TemporaryDeliveryError ? this.#temporary(error.message, answer) : error;
  }

  #temporary(message: string, { status, headers }: Answer): TemporaryDeliveryError {
    const { clock } = this.#options;
    const retryAfterMs = parseRetryAfter(headers['retry-after'], clock.now());
    if (retryAfterMs === undefined) return new TemporaryDeliveryError(message);
    if (BUSY.has(status)) this.#nextAt = Math.max(this.#nextAt, clock.elapsed() + retryAfterMs);
    return new TemporaryDeliveryError(message, { retryAfterMs });
  }
}

/** The first way to log in for which there are secrets. */
function authorize(preset: DeskPreset, login: Login, templates: Templates): Record<string, string> {
  for (const way of preset.authentication) {
    if (way.kind === 'none') return {};
    if (way.kind === 'header' && login.token !== undefined) {
      return { [way.name]: templates.render(way.value, { token: login.token }) };
    }
    if (way.kind === 'basic' && login.username !== undefined && login.password !== undefined) {
      return { Authorization: `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}` };
    }
  }
  throw new Error(`the preset ${preset.id} needs credentials that the configuration does not give`);
}

/** What a refusal says, where the preset knows where; else all of it. */
function wordsOf(text: string, pointers: readonly string[]): string {
  try {
    const answer: unknown = JSON.parse(text);
    const said = pointers.map((pointer) => textAt(answer, pointer)).filter((words) => words !== undefined);
    return said.length > 0 ? said.join(': ') : text;
  } catch {
    return text;
  }
}
