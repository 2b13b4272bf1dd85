import { HOUR } from '../time.ts';
import type { Failure } from './degradation.ts';
import { STEP } from './machine.ts';

/** Something used up by pages. */
export interface Supply {
  readonly component: string;
  readonly failureMode: string;
  /** How many pages a new one lasts. */
  readonly pages: number;
}

export interface Renewal {
  readonly component: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** How long an exhausted supply waits until somebody changes it. */
const CHANGE_DELAY = 4 * HOUR;

interface Stock {
  readonly supply: Supply;
  /** Percent. */
  used: number;
  exhaustedAt: number | undefined;
  installedAt: number;
}

/** The supplies of a printer: used up by pages, renewed as planned or some hours after they ran out. */
export class Supplies<Name extends string> {
  /** Every time a supply ran out so far. */
  readonly history: Failure[] = [];
  readonly #stocks: ReadonlyMap<Name, Stock>;
  readonly #renewals: readonly Renewal[];

  /** @param used percent used at `start` by name */
  constructor(
    supplies: Readonly<Record<Name, Supply>>,
    renewals: readonly Renewal[],
    used: Readonly<Record<Name, number>>,
    start: number,
  ) {
    const names = Object.keys(supplies) as Name[];
    this.#stocks = new Map(
      names.map((name) => [
        name,
        { supply: supplies[name], used: used[name], exhaustedAt: undefined, installedAt: start },
      ]),
    );
    this.#renewals = renewals;
  }

  /** Changes what is due, then uses up what `pages` take in the step that begins at `from`. */
  step(from: number, pages: number): void {
    for (const stock of this.#stocks.values()) {
      if (this.#isDue(stock, from)) renew(stock, from);
      stock.used = Math.min(100, stock.used + (100 * pages) / stock.supply.pages);
      if (stock.used >= 100 && stock.exhaustedAt === undefined) this.#exhaust(stock, from + STEP);
    }
  }

  /** Percent used, 0 to 100. */
  used(name: Name): number {
    return this.#stocks.get(name)!.used;
  }

  /** The first supply that has run out and was not changed yet. */
  exhausted(): Name | undefined {
    for (const [name, stock] of this.#stocks) if (stock.exhaustedAt !== undefined) return name;
    return undefined;
  }

  #isDue(stock: Stock, now: number): boolean {
    if (stock.exhaustedAt !== undefined && now >= stock.exhaustedAt + CHANGE_DELAY) return true;
    return this.#renewals.some(
      ({ component, at }) => component === stock.supply.component && at > now - STEP && at <= now,
    );
  }

  #exhaust(stock: Stock, now: number): void {
    stock.exhaustedAt = now;
    const { component, failureMode } = stock.supply;
    this.history.push({
      component,
      failureMode,
      onset: stock.installedAt,
      failsAt: now,
      repairedAt: now + CHANGE_DELAY,
    });
  }
}

function renew(stock: Stock, now: number): void {
  stock.used = 0;
  stock.exhaustedAt = undefined;
  stock.installedAt = now;
}
