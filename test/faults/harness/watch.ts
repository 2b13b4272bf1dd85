import { setTimeout as delay } from 'node:timers/promises';
import { isReady } from './sets/node.ts';
import type { FettleNode } from './world.ts';

const LOOK_EVERY = 500;
const IMBALANCE = /^fettle_ledger_imbalance\{ledger="(\w+)"\} (-?\d+)/gm;

/** Looks at the ledgers of each Fettle again and again: they have to add up at every moment. */
export class LedgerWatch {
  /** What did not add up. */
  readonly problems: string[] = [];
  /** Looks that were answered. */
  looks = 0;
  readonly #ending = new AbortController();
  readonly #work: Promise<unknown>;

  constructor(nodes: readonly FettleNode[]) {
    this.#work = Promise.all(nodes.map((node) => this.#watch(node)));
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#work;
  }

  async #watch(node: FettleNode): Promise<void> {
    while (!this.#ending.signal.aborted) {
      const text = await node.api.metrics(2000).catch(() => '');
      const ledgers = [...text.matchAll(IMBALANCE)];
      if (ledgers.length > 0) this.looks++;
      for (const [, ledger, difference] of ledgers) {
        if (difference !== '0')
          this.problems.push(`the ledger of ${ledger} of ${node.process.name} is out by ${difference}`);
      }
      await delay(LOOK_EVERY);
    }
  }
}

/** Resolves with the milliseconds until every Fettle is ready; undefined when that takes longer than `patience`. */
export async function recovered(nodes: readonly FettleNode[], patience: number): Promise<number | undefined> {
  const since = Date.now();
  while (Date.now() - since < patience) {
    const ready = await Promise.all(nodes.map(({ url }) => isReady(url)));
    if (ready.every((one) => one)) return Date.now() - since;
    await delay(50);
  }
  return undefined;
}
