import { availableParallelism, cpus, loadavg } from 'node:os';

export function say(text = '') {
  process.stdout.write(`${text}\n`);
}

export function sayMachine() {
  const load = loadavg()[0].toFixed(1);
  say(`Node ${process.version}, ${availableParallelism()} × ${cpus()[0]?.model.trim()}, load average ${load}`);
}

export function reportThroughput(result, broker, { messages, assets }) {
  say();
  say(`Throughput: ${count(messages)} messages of three metrics from ${assets} assets, QoS 1, through ${broker.name};`);
  say('time from the first message received to the last one settled; processor time of the process, all threads.');
  say();
  table(
    ['pair', 'bare msg/s', 'Fettle msg/s', 'ratio', 'bare µs/msg', 'Fettle µs/msg', 'Fettle MB', 'peak MB'],
    result.pairs.map(({ bare, fettle }, index) => [
      String(index + 1),
      count(bare.messagesPerSecond),
      count(fettle.messagesPerSecond),
      (fettle.messagesPerSecond / bare.messagesPerSecond).toFixed(2),
      bare.processorMicros.toFixed(1),
      fettle.processorMicros.toFixed(1),
      megabytes(fettle.memoryBytes),
      megabytes(fettle.peakMemoryBytes),
    ]),
  );
  say();
  say(
    `Median: Fettle ${count(result.fettle)} messages/s, bare ${count(result.bare)}; ratio ${result.ratio.toFixed(2)}`,
  );
  say(`Processor time per message: ${result.processorRatio.toFixed(2)} × the bare subscriber's`);
  const { memoryBytes, peakMemoryBytes } = result;
  say(
    `Memory of Fettle: ${megabytes(memoryBytes)} MB after the load, at most ${megabytes(peakMemoryBytes)} MB since its start`,
  );
}

export function reportLatency({ tickets, p50, p99 }) {
  say(`Publish → ticket, ${tickets} tickets: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`);
}

export function reportHotPath(steps) {
  say();
  say('Steps of a message of three metrics, in one process:');
  say();
  table(
    ['step', 'µs/msg', 'ratio', 'to'],
    Object.entries(steps).map(([name, { micros, ratio, reference }]) => [
      name,
      micros.toFixed(2),
      ratio.toFixed(2),
      reference,
    ]),
  );
  say();
}

export function reportRules(rules, reference) {
  say();
  say('A sample through a model with one rule, and what the rule remembers:');
  say();
  table(
    ['rule', 'ns/sample', `to ${reference}`, 'bytes'],
    rules.map(({ name, nanos, ratio, bytes }) => [name, count(nanos), ratio.toFixed(2), count(bytes)]),
  );
  say();
}

function table(head, rows) {
  const lines = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) say(line.map((cell, column) => cell.padStart(widths[column])).join('  '));
}

function count(value) {
  return Math.round(value).toLocaleString('en');
}

function megabytes(bytes) {
  return (bytes / 1e6).toFixed(0);
}
