import type { AssetModel } from '../domain/model.ts';
import { DAY } from '../domain/time.ts';
import { AnomalyParams } from './anomalyParams.ts';
import { checkCondition } from './conditionParams.ts';
import { checkDuty } from './duty.ts';
import { checkSubject } from './indicatorChecks.ts';
import { checkRising, duration } from './params.ts';
import type { RuleProblem } from './rule.ts';

export function checkAnomaly(params: AnomalyParams, model: AssetModel): RuleProblem[] {
  return [
    ...checkSubjects(params, model),
    ...checkLevels(params),
    ...checkOfOne(params),
    ...checkHolds(params),
    ...checkPeers(params),
    ...checkDuty(params.duty, model, 'duty'),
    ...checkBands(params),
    ...checkCondition(params, model),
  ];
}

function checkSubjects({ metric, metrics }: AnomalyParams, model: AssetModel): RuleProblem[] {
  const problems: RuleProblem[] = [];
  if ((metric === undefined) === (metrics === undefined)) {
    problems.push({ path: '', message: 'give either metric or metrics' });
  }
  if (metric !== undefined) problems.push(...subjectProblems(model, metric, 'metric'));
  (metrics ?? []).forEach((id, at) => {
    problems.push(...subjectProblems(model, id, `metrics.${at}`));
    if (metrics!.indexOf(id) < at) problems.push({ path: `metrics.${at}`, message: `'${id}' is there twice` });
  });
  return problems;
}

function subjectProblems(model: AssetModel, id: string, path: string): RuleProblem[] {
  const subject = checkSubject(model, id, path);
  return 'message' in subject ? [subject] : [];
}

function checkLevels({ levels, deadband }: AnomalyParams): RuleProblem[] {
  const limits = levels.map(({ limit }) => limit);
  const problems = checkRising(limits, (at) => `levels.${at}.limit`);
  if (deadband < limits[0]!) return problems;
  const message = `must be lower than the mildest limit (${limits[0]}), or the finding never clears`;
  return [...problems, { path: 'deadband', message }];
}

/** Parameters that mean something for one metric alone. */
const OF_ONE = ['cusum', 'expected', 'profile', 'adapt', 'peers'] as const;

function checkOfOne(params: AnomalyParams): RuleProblem[] {
  const problems: RuleProblem[] = [];
  for (const name of OF_ONE) {
    if (params.metrics && params[name] !== undefined)
      problems.push({ path: name, message: 'is for one metric, not for metrics' });
  }
  if (params.expected && params.profile) {
    problems.push({ path: 'profile', message: 'is learned; with an expected baseline nothing is' });
  }
  return problems;
}

function checkHolds({ smooth, holds }: AnomalyParams): RuleProblem[] {
  if (holds === undefined || duration(smooth) > 0) return [];
  return [{ path: 'holds', message: 'says how much a sample counts in the smoothed mean: give smooth as well' }];
}

/** Parameters that mean something for a baseline of its own alone. */
const OF_OWN = [
  'cusum',
  'expected',
  'profile',
  'adapt',
  'smooth',
  'holds',
  'learning',
  'learningSamples',
  'learnFrom',
] as const;

function checkPeers(params: AnomalyParams): RuleProblem[] {
  const { peers, metrics, leastDeviation, leastShare } = params;
  if (!peers || metrics) return [];
  const problems: RuleProblem[] = OF_OWN.filter((name) => params[name] !== defaultOf(name)).map((path) => ({
    path,
    message: 'is for a baseline of its own, not against peers; how far back an asset is looked at is peers.recent',
  }));
  if (duration(peers.recent) < DAY) {
    problems.push({ path: 'peers.recent', message: 'must be at least 1d, since peers are compared once a day' });
  }
  if (leastDeviation === 0 && leastShare === 0) {
    const message =
      'or leastShare must be given with peers: few tell little of their spread, and they may be much alike';
    problems.push({ path: 'leastDeviation', message });
  }
  return problems;
}

function defaultOf(name: (typeof OF_OWN)[number]): unknown {
  return (AnomalyParams.properties[name] as { readonly default?: unknown }).default;
}

/** What is learned of several metrics in several bands is kept with the state of every asset. */
const MOST_LEARNED = 48;

function checkBands({ duty, metrics = [], expected, profile }: AnomalyParams): RuleProblem[] {
  if (!duty) return [];
  const problems: RuleProblem[] = [];
  const bands = duty.edges.length + 1;
  if (metrics.length * bands > MOST_LEARNED) {
    const message = `makes ${bands} bands of ${metrics.length} metrics; at most ${MOST_LEARNED} may be learned (bands × metrics)`;
    problems.push({ path: 'duty.edges', message });
  }
  if (expected) problems.push({ path: 'expected', message: 'is one baseline; with duty there is one for each band' });
  if (profile)
    problems.push({ path: 'profile', message: 'does not go with duty: give the duty that the habit stems from' });
  return problems;
}
