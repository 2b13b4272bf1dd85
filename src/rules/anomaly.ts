import { checkAnomaly } from './anomalyChecks.ts';
import { judgeMany } from './anomalyOfMany.ts';
import { judgeOne } from './anomalyOfOne.ts';
import { judgePeers } from './anomalyOfPeers.ts';
import { AnomalyParams } from './anomalyParams.ts';
import { type ConditionState, conditionRule } from './condition.ts';
import { conditionFrame } from './conditionParams.ts';
import type { RuleKind } from './rule.ts';

/** Against what the asset itself was like while it was well, or what others of its model are like. */
export const anomaly: RuleKind<typeof AnomalyParams, ConditionState<unknown>> = {
  kind: 'anomaly',
  summary:
    'A metric, or several together, are not as they were while the asset was well, or a metric is not as with its peers. When to use: no limit is known, or assets differ; the asset is well while it learns (with peers: most of them are well, and work alike); know what the failure looks like before you make it live, since unusual is not yet faulty.',
  params: AnomalyParams,
  check: (params, model) => checkAnomaly(params, model),
  compile(params, model, rule) {
    const frame = conditionFrame(
      params,
      params.levels.map(({ severity }) => severity),
      model,
      rule,
    );
    const { metric, metrics, peers } = params;
    if (metrics) return conditionRule(frame, judgeMany(params, metrics, model));
    return peers
      ? conditionRule(frame, judgePeers(params, peers, metric!, model))
      : conditionRule(frame, judgeOne(params, metric!, model));
  },
};
