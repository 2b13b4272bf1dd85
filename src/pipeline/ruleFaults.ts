import type { Log } from '../log.ts';
import type { CompiledRule } from '../rules/rule.ts';

/** Hears of rules that threw. */
export interface FaultSink {
  add(assetId: string, rule: CompiledRule, error: unknown): void;
}

/** Rules that threw: a defect of their kind. Each is logged once for an asset and counted ever after. */
export class RuleFaults implements FaultSink {
  readonly #log: Log;
  readonly #counts = new Map<string, number>();
  readonly #told = new Set<string>();

  constructor(log: Log) {
    this.#log = log;
  }

  add(assetId: string, rule: CompiledRule, error: unknown): void {
    const { id, kind } = rule.definition;
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
    const place = `${assetId}|${id}`;
    if (this.#told.has(place)) return;
    this.#told.add(place);
    this.#log.error(
      { err: error, asset: assetId, rule: id, kind },
      'a rule failed on this asset; its other rules go on',
    );
  }

  /** How often each rule has failed. */
  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }

  /** In words; undefined when there were none. */
  describe(): string | undefined {
    if (this.#counts.size === 0) return undefined;
    return `rules that fail: ${[...this.#counts].map(([id, count]) => `${id} (${count} times)`).join(', ')}; see the log`;
  }
}
