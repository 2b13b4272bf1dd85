/** What Fettle uses of fmin; the package brings no types. */
declare module 'fmin' {
  interface Options {
    readonly maxIterations?: number;
    readonly minErrorDelta?: number;
    readonly minTolerance?: number;
  }
  /** Minimises a function of several variables without derivatives (Nelder and Mead 1965). */
  export function nelderMead(
    f: (x: number[]) => number,
    start: readonly number[],
    options?: Options,
  ): { readonly x: number[]; readonly fx: number };
}
