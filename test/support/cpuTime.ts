/** CPU time in milliseconds that synchronous work takes in this process; unlike wall time it hardly grows on a busy machine. */
export function cpuTimeOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
