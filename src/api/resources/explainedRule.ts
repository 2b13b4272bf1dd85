import { type Static, Type } from 'typebox';
import { RULE_MODES, SEVERITIES } from '../../domain/model.ts';
import { type ExplainedRule, RULE_STANDINGS } from '../../domain/ruleExplanation.ts';
import { formatIfAny } from '../times.ts';
import { defined, LocalTextSchema, oneOf, presentText, Time } from './common.ts';

export const ExplainedRuleSchema = Type.Object(
  {
    ruleId: Type.String(),
    kind: Type.String(),
    componentId: Type.String({ description: '`asset` for the asset as a whole' }),
    failureModeId: Type.String(),
    mode: oneOf(RULE_MODES, { description: 'As configured for the site' }),
    tripped: Type.Boolean({ description: 'It opened more tickets than its cap, and only proposes' }),
    standing: oneOf(RULE_STANDINGS, {
      description:
        '`firing`: a finding stands; `clearing`: it will be over; `waiting`: it will be one if it lasts; `learning`: what is normal; `paused`: its gate or hours are closed; `muted`: by maintenance',
    }),
    severity: Type.Optional(oneOf(SEVERITIES, { description: 'Of what stands now' })),
    since: Type.Optional(Time),
    text: LocalTextSchema,
  },
  { $id: 'ExplainedRule', description: 'A rule on an asset, and why it is quiet or firing, in words' },
);

export function presentExplainedRule({ since, text, ...rule }: ExplainedRule): Static<typeof ExplainedRuleSchema> {
  return { ...rule, ...defined({ since: formatIfAny(since) }), text: presentText(text) };
}
