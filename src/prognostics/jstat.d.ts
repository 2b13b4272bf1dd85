/** The distributions of jStat that Fettle uses; the package brings no types. */
declare module 'jstat' {
  interface Distribution<P extends readonly number[]> {
    pdf(x: number, ...parameters: P): number;
    cdf(x: number, ...parameters: P): number;
    inv(p: number, ...parameters: P): number;
  }
  interface JStat {
    readonly normal: Distribution<[mean: number, deviation: number]>;
    readonly studentt: Distribution<[freedom: number]>;
    readonly chisquare: Distribution<[freedom: number]>;
    readonly centralF: Distribution<[numerator: number, denominator: number]>;
    readonly gamma: Distribution<[shape: number, scale: number]>;
    readonly beta: Distribution<[alpha: number, beta: number]>;
    readonly weibull: Distribution<[scale: number, shape: number]>;
    gammaln(x: number): number;
  }
  const library: { readonly jStat: JStat };
  export default library;
}
