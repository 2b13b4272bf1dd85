import type { Spell } from '../domain/backtest.ts';
import type { Finding } from '../domain/finding.ts';
import type { RuleDefinition } from '../domain/model.ts';
import type { Timestamp } from '../domain/time.ts';

/** The times in which each rule of one asset held, by what it found; tickets it shares with others say less of it. */
export class RuleSpells {
  readonly #rules: ReadonlyMap<string, RuleDefinition>;
  readonly #since = new Map<string, Timestamp>();
  readonly #spells = new Map<string, Spell[]>();

  constructor(rules: ReadonlyMap<string, RuleDefinition>) {
    this.#rules = rules;
  }

  /** In order of time. A request for data, which a rule makes about something else, is none of its warnings. */
  take({ ruleId, componentId, failureModeId, change, time, dormant }: Finding): void {
    const rule = this.#rules.get(ruleId);
    if (dormant || rule?.componentId !== componentId || rule.failureModeId !== failureModeId) return;
    if (change === 'raised' || change === 'escalated') {
      if (!this.#since.has(ruleId)) this.#since.set(ruleId, time);
    } else if (change !== 'updated') {
      this.#end(ruleId, time, change === 'reset' ? 'closed' : 'cleared');
    }
  }

  /** A person closed what was found of this component and failure mode. */
  close(componentId: string, failureModeId: string, at: Timestamp): void {
    for (const rule of this.#rules.values()) {
      if (rule.componentId === componentId && rule.failureModeId === failureModeId) this.#end(rule.id, at, 'closed');
    }
  }

  /** By rule id; what holds still, holds until the end. */
  end(at: Timestamp): ReadonlyMap<string, readonly Spell[]> {
    for (const ruleId of [...this.#since.keys()]) this.#end(ruleId, at, 'standing');
    return this.#spells;
  }

  #end(ruleId: string, to: Timestamp, end: Spell['end']): void {
    const from = this.#since.get(ruleId);
    if (from === undefined) return;
    this.#since.delete(ruleId);
    this.#spells.set(ruleId, [...(this.#spells.get(ruleId) ?? []), { from, to, end }]);
  }
}
