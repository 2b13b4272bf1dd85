/** A metric of the chosen nodes, with further labels. */
export function of(name: string, labels = ''): string {
  return `${name}{instance=~"$instance"${labels && `,${labels}`}}`;
}

/** Per second, over all chosen nodes; 0 where nothing was counted yet. */
export function rate(name: string, labels = ''): string {
  return `sum(rate(${of(name, labels)}[$__rate_interval])) or vector(0)`;
}

/** Counted since each process started, over all chosen nodes. */
export function total(name: string): string {
  return `sum(${of(name)}) or vector(0)`;
}

/** A quantile of a histogram over the interval. */
export function quantile(share: number, name: string): string {
  return `histogram_quantile(${share}, sum by (le) (rate(${of(`${name}_bucket`)}[$__rate_interval])))`;
}
