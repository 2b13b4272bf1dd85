import Type, { type Static } from 'typebox';
import type { AssetModel } from '../domain/model.ts';
import { type ConditionState, conditionRule } from './condition.ts';
import { checkCondition, conditionFrame, conditionParams } from './conditionParams.ts';
import { compileIndicator } from './indicator.ts';
import { checkSubject } from './indicatorChecks.ts';
import type { RuleKind, RuleProblem } from './rule.ts';
import { type Excess, limitJudge } from './threshold.ts';

const MACHINES = [
  ...(['motor', 'generator', 'fan', 'blower', 'turbo-compressor', 'steam-turbine'] as const),
  ...(['pump', 'screw-compressor', 'reciprocating-compressor', 'reciprocating-engine'] as const),
] as const;

export const VibrationParams = Type.Object(
  {
    metric: Type.String({
      description:
        'Metric or indicator with the velocity RMS of a bearing housing in mm/s, broadband from 10 Hz to 1 kHz.',
    }),
    standard: Type.String({ description: 'Part of the standard whose zones apply: 20816-3 or 10816-3.' }),
    machine: Type.Enum([...MACHINES], { description: 'What vibrates: not every machine is within the standard.' }),
    group: Type.Union([Type.Literal(1), Type.Literal(2)], {
      description: '1: above 300 kW, or motors with a shaft height from 315 mm; 2: 15 to 300 kW, or 160 to 315 mm.',
      form: '1 or 2',
    }),
    support: Type.Enum(['rigid', 'flexible'], {
      description: 'rigid: the lowest natural frequency of machine and support is a quarter above the running speed.',
    }),
    quantity: Type.String({ description: 'What the metric measures: velocity-rms, nothing else.' }),
    deadband: Type.Number({
      minimum: 0,
      default: 0.3,
      description: 'How far back behind a limit counts as clear, in mm/s.',
    }),
    ...conditionParams,
  },
  { additionalProperties: false },
);
type Params = Static<typeof VibrationParams>;

/**
 * Lower limits of the zones C and D in mm/s RMS by group and support: ISO 10816-3:2009, annex A, which ISO 20816-3:2022
 * keeps for these groups; as published in makers' handbooks.
 */
const LIMITS = {
  1: { rigid: [4.5, 7.1], flexible: [7.1, 11] },
  2: { rigid: [2.8, 4.5], flexible: [4.5, 7.1] },
} as const;

const STANDARDS = ['20816-3', '10816-3'];

/** What other parts are for. */
const OTHER_PARTS: Readonly<Record<string, string>> = {
  '7': 'is for rotodynamic pumps, with limits by category and power that are not built in',
  '8': 'is for reciprocating compressors, which are judged by displacement, velocity and acceleration together',
  '6': 'is for reciprocating machines above 100 kW',
};

/** Why a machine is not within part 3, and what to use instead. */
const OUTSIDE: Readonly<Partial<Record<Params['machine'], string>>> = {
  pump: 'rotodynamic pumps are judged by ISO 10816-7',
  'screw-compressor': 'screw compressors are outside part 3: VDI 3836 has their limits',
  'reciprocating-compressor': 'reciprocating compressors are outside part 3: see ISO 20816-8',
  'reciprocating-engine': 'reciprocating engines are outside part 3: see ISO 10816-6',
};

const OTHERWISE = 'take a threshold rule with the limits of the maker';

/** Vibration severity on non-rotating parts by zones (ISO 10816-3:2009, ISO 20816-3:2022): C is a warning, D critical. */
export const vibration: RuleKind<typeof VibrationParams, ConditionState<Excess>> = {
  kind: 'vibration',
  summary:
    'Vibration velocity reaches zone C or D of ISO 20816-3. When to use: a machine within that standard, from 15 kW, measured on its bearing housings in steady operation; not for early bearing damage, which shows in acceleration first.',
  params: VibrationParams,
  check,
  compile: (params, model, rule) => {
    const [c, d] = LIMITS[params.group][params.support];
    const limits = {
      direction: 'above',
      levels: [
        { limit: c, severity: 'warning' },
        { limit: d, severity: 'critical' },
      ],
      deadband: params.deadband,
    } as const;
    const frame = conditionFrame(params, ['warning', 'critical'], model, rule);
    return conditionRule(frame, limitJudge(compileIndicator(model, params.metric), limits));
  },
};

function check(params: Params, model: AssetModel): RuleProblem[] {
  return [...standardProblems(params), ...quantityProblems(params, model), ...checkCondition(params, model)];
}

function standardProblems({ standard, machine }: Params): RuleProblem[] {
  if (!STANDARDS.includes(standard)) {
    const other = OTHER_PARTS[/^[12]0816-(\d)$/.exec(standard)?.[1] ?? ''];
    const why = other ? `ISO ${standard} ${other}; ${OTHERWISE}` : `'${standard}' is no part that is built in`;
    return [{ path: 'standard', message: `${why}; it must be 20816-3 or 10816-3` }];
  }
  const outside = OUTSIDE[machine];
  return outside ? [{ path: 'machine', message: `${outside}; ${OTHERWISE}` }] : [];
}

function quantityProblems({ metric, quantity }: Params, model: AssetModel): RuleProblem[] {
  if (quantity !== 'velocity-rms') {
    return [
      {
        path: 'quantity',
        message: `the zones are of velocity RMS, not of '${quantity}': it must be velocity-rms; acceleration and displacement need limits of their own, in a threshold rule`,
      },
    ];
  }
  const subject = checkSubject(model, metric, 'metric');
  if ('message' in subject) return [subject];
  const { unit } = compileIndicator(model, metric);
  if (unit === 'mm/s') return [];
  return [{ path: 'metric', message: `'${metric}' is in ${unit ?? 'no unit'}; the zones are of velocity RMS in mm/s` }];
}
