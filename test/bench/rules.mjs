// Measures what a sample costs each kind of rule. Run it after a build: node test/bench/rules.mjs [--samples n] [--rounds n]
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { argv, cpuUsage } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseModel } from '../../dist/src/config/parseModel.js';
import { formatProblems } from '../../dist/src/config/problem.js';
import { Fold } from '../../dist/src/rules/fold.js';
import { compileModel } from '../../dist/src/rules/model.js';
import { initState, serializeState } from '../../dist/src/rules/state.js';
import { readNumbers } from './options.mjs';
import { reportRules, say, sayMachine } from './report.mjs';
import { library, REFERENCE, RULE_CASES, START, STEP, signal } from './ruleCases.mjs';
import { median } from './statistics.mjs';

const RULE_DEFAULTS = { samples: 50_000, rounds: 7 };
const WARM_UP_ROUNDS = 2;
/** Minutes between two looks of the wall clock. */
const TICK_EVERY = 10;

/**
 * Folds a history of a sample a minute through a model with one rule, one case after the other in every round.
 * Nanoseconds of processor time per sample, and as a multiple of the reference in the same round; medians over the rounds. `bytes` is
 * what the rule remembers, in its stored form.
 */
export function measureRules({ samples, rounds } = RULE_DEFAULTS) {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-bench-'));
  try {
    writeFileSync(join(folder, 'library.csv'), library());
    const cases = RULE_CASES.map((one) => prepare(one, samples, join(folder, 'bench.yaml')));
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round++) {
      for (const one of cases) one.rounds.push(fold(one));
    }
    return cases.map((one) =>
      summarize(
        one,
        cases.find(({ name }) => name === REFERENCE),
      ),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function prepare({ name, metrics, indicators, rule, rules = [], share = 1 }, samples, file) {
  const text = { en: name, zh: name };
  const about = { failureMode: 'worn', mode: 'live' };
  const all = rule ? [{ id: 'measured', ...about, ...rule }, ...rules.map((read) => ({ ...about, ...read }))] : [];
  const holder = { failureModes: [{ id: 'worn', name: text }], rules: all };
  const model = {
    id: 'bench',
    name: text,
    metrics: metrics.map((metric) => ({ name: text, ...metric })),
    ...(indicators && { indicators }),
    ...(rule?.kind === 'silence' ? { asset: holder } : { components: [{ id: 'part', name: text, ...holder }] }),
  };
  const parsed = parseModel(JSON.stringify(model), file);
  if ('problems' in parsed) throw new Error(formatProblems(parsed.problems));
  const instants = Math.ceil(samples * share);
  return {
    name,
    kind: rule?.kind,
    model: compileModel(parsed.model),
    signals: metrics.map(({ id }) => signal(id, instants)),
    instants,
    rounds: [],
  };
}

function fold(one) {
  const { model, signals, instants } = one;
  const state = initState(model);
  const fold = new Fold('bench', model, state, { finding: ignore, usage: ignore, fault: rethrow });
  fold.event({
    id: '0',
    type: 'component-installed',
    assetId: 'bench',
    componentId: 'part',
    at: START - 1,
    reading: 0,
    recordedAt: START,
    by: 'bench',
  });
  const begin = cpuUsage();
  for (let at = 0; at < instants; at++) {
    const time = START + at * STEP;
    for (let metric = 0; metric < signals.length; metric++) fold.sample(metric, time, signals[metric][at], 0, time);
    if (at % TICK_EVERY === 0)
      fold.tick({ now: time + 1, lastHeard: time, silentFor: 1, listened: (from, to) => to - from });
  }
  const { user, system } = cpuUsage(begin);
  const nanos = ((user + system) * 1000) / (instants * signals.length);
  const remembered = JSON.parse(serializeState(state, model)).rules.measured?.state;
  one.bytes = remembered === undefined ? 0 : JSON.stringify(remembered).length;
  return nanos;
}

const ignore = () => undefined;

function rethrow(rule, error) {
  throw new Error(`rule ${rule.definition.kind} failed`, { cause: error });
}

function summarize({ name, kind, rounds, bytes }, reference) {
  const measured = rounds.slice(WARM_UP_ROUNDS);
  const ratios = measured.map((nanos, round) => nanos / reference.rounds[WARM_UP_ROUNDS + round]);
  return { name, kind, nanos: median(measured), ratio: median(ratios), bytes };
}

if (argv[1] === fileURLToPath(import.meta.url)) {
  sayMachine();
  const rules = measureRules(readNumbers(RULE_DEFAULTS));
  reportRules(rules, REFERENCE);
  say(JSON.stringify(rules));
}
