/** Without the last digits of a calculated number, which are noise: six decimals, or six digits where it is below 1. */
export function tidy(value: number): number {
  return Number(Math.abs(value) < 1 ? value.toPrecision(6) : value.toFixed(6));
}
