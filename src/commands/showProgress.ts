/** Shows on a terminal, on standard error, which share of the messages is acknowledged. */
export function showProgress(name: string): (done: number, total: number) => void {
  let shown = -1;
  return (done, total) => {
    const share = Math.floor((100 * done) / total);
    if (share === shown || !process.stderr.isTTY) return;
    shown = share;
    process.stderr.write(`\rreplaying ${name}: ${share} % of ${total} messages${done === total ? '\n' : ''}`);
  };
}
