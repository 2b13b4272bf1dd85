import jstat from 'jstat';

const { gammaln } = jstat.jStat;

function logChoose(n: number, k: number): number {
  return gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1);
}

/**
 * One-sided Fisher's exact test: the probability that, of `n` things drawn from `n + others`, at least `k` are among the
 * `k + hits` that are marked, were they drawn by chance (R. A. Fisher, The Design of Experiments, 1935; A. Agresti,
 * Categorical Data Analysis, 3rd ed. 2013, §3.5).
 *
 * @param k marked ones in the group of `n`; `hits` marked ones among the `others`
 */
export function fisherGreater(k: number, n: number, hits: number, others: number): number {
  const marked = k + hits;
  const all = logChoose(n + others, marked);
  let sum = 0;
  for (let at = k; at <= Math.min(n, marked); at++) {
    if (marked - at > others) continue;
    sum += Math.exp(logChoose(n, at) + logChoose(others, marked - at) - all);
  }
  return Math.min(1, sum);
}
