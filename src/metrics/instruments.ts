import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** The values of one metric, each with its labels. */
export type Series<L extends string> = Iterable<readonly [labels: Readonly<Record<L, string>>, value: number]>;

/** Reads when scraped; undefined leaves the metric out of that scrape, since an invented figure is worse than none. */
type Read<T> = () => T | undefined | Promise<T | undefined>;

/** Makes metrics that are read when they are scraped: what is counted anyway is not counted twice. */
export class Instruments {
  readonly #registry: Registry;

  constructor(registry: Registry) {
    this.#registry = registry;
  }

  /** A count that only grows while the process runs; its name ends in `_total`. */
  counter(name: string, help: string, read: () => number): void {
    this.counters(name, help, [], () => [[{}, read()]]);
  }

  counters<L extends string>(name: string, help: string, labelNames: readonly L[], read: () => Series<L>): void {
    const collect = async function (this: Counter<L>) {
      this.reset();
      for (const [labels, value] of read()) this.inc(labels, value);
    };
    new Counter({ name, help, labelNames, registers: [this.#registry], collect });
  }

  gauge(name: string, help: string, read: Read<number>): void {
    this.gauges(name, help, [], async () => {
      const value = await read();
      return value === undefined ? undefined : [[{}, value]];
    });
  }

  gauges<L extends string>(name: string, help: string, labelNames: readonly L[], read: Read<Series<L>>): void {
    const collect = async function (this: Gauge<L>) {
      const series = await read();
      this.reset();
      if (labelNames.length === 0) this.remove();
      for (const [labels, value] of series ?? []) this.set(labels, value);
    };
    new Gauge({ name, help, labelNames, registers: [this.#registry], collect });
  }

  /** Counted where it happens, because nothing else knows. */
  counted<L extends string>(name: string, help: string, labelNames: readonly L[]): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  histogram(name: string, help: string, buckets: number[]): Histogram {
    return new Histogram({ name, help, buckets, registers: [this.#registry] });
  }
}
