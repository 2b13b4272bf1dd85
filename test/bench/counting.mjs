/** How often the counters are looked at: small against the seconds a run takes. */
const LOOK_EVERY_MS = 5;

/**
 * The side of a measured process. Tells the parent when it is ready, then answers `{ kind: 'measure', messages }` with
 * `armed`, and when so many more messages are settled with the time from the first received to the last settled, the
 * processor time of the process in it (all threads), and its resident memory: now, and the most there ever was.
 *
 * @param subject `ready()`, `read()` → messages `received` and `settled` so far, `problems()` → what does not add up,
 *   `stop()`
 */
export function serveParent(subject) {
  process.once('disconnect', () => process.exit());
  process.on('message', async ({ kind, messages }) => {
    if (kind === 'measure') measure(subject, messages);
    if (kind !== 'stop') return;
    await subject.stop();
    process.disconnect();
  });
  const waiting = setInterval(() => {
    if (!subject.ready()) return;
    clearInterval(waiting);
    process.send({ kind: 'ready' });
  }, LOOK_EVERY_MS);
}

function measure(subject, messages) {
  const before = subject.read();
  let began;
  let processor;
  const looking = setInterval(() => {
    const { received, settled } = subject.read();
    if (began === undefined && received > before.received) {
      began = performance.now();
      processor = process.cpuUsage();
    }
    if (settled - before.settled < messages) return;
    clearInterval(looking);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(processor);
    process.send({
      kind: 'measured',
      messages: settled - before.settled,
      seconds,
      processorSeconds: (user + system) / 1e6,
      memoryBytes: process.memoryUsage.rss(),
      peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
      problems: subject.problems(),
    });
  }, LOOK_EVERY_MS);
  process.send({ kind: 'armed' });
}
