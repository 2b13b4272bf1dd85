import type { FaultSink } from '../pipeline/ruleFaults.ts';

/** Counts how often rules threw, by model and rule. */
export class CountedFaults {
  readonly #counts = new Map<string, number>();

  ofModel(modelId: string): FaultSink {
    return {
      add: (_assetId, { definition: { id } }) => {
        const key = keyOf(modelId, id);
        this.#counts.set(key, (this.#counts.get(key) ?? 0) + 1);
      },
    };
  }

  count(modelId: string, ruleId: string): number {
    return this.#counts.get(keyOf(modelId, ruleId)) ?? 0;
  }
}

function keyOf(modelId: string, ruleId: string): string {
  return JSON.stringify([modelId, ruleId]);
}
