import Type, { type Static } from 'typebox';
import { parseSpan, SPAN_FORM } from './time.ts';

const Span = (description: string) =>
  Type.String({ pattern: '^-?\\d+(\\.\\d+)?(s|m|h|d)$', description: `${description} Written as ${SPAN_FORM}.` });
const closed = { additionalProperties: false };

const Component = Type.Object(
  {
    installed: Type.Optional(Span('When, from the start of the scenario; at commissioning when absent.')),
    counter: Type.Optional(Type.String({ description: 'Metric that counts its usage.' })),
    used: Type.Optional(Type.Number({ minimum: 0, description: "Its usage at the start; all of the counter's." })),
  },
  closed,
);

const Degradation = Type.Object(
  { failureMode: Type.String(), onset: Span(''), failsAt: Span(''), repairedAt: Type.Optional(Span('')) },
  closed,
);

const AssetEntry = Type.Object(
  {
    id: Type.String({ pattern: '^[A-Za-z0-9_-]+$' }),
    model: Type.String(),
    site: Type.String(),
    name: Type.Optional(Type.String()),
    serial: Type.Optional(Type.String()),
    batch: Type.Optional(Type.String()),
    criticality: Type.Enum(['low', 'medium', 'high', 'critical']),
    commissioned: Type.Optional(Span('From the start of the scenario.')),
    contract: Type.Optional(
      Type.Object(
        { kind: Type.Enum(['none', 'warranty', 'service', 'subscription']), until: Type.Optional(Span('')) },
        closed,
      ),
    ),
    connected: Type.Optional(Span('From when it reports; from the start when absent.')),
    intensity: Type.Optional(Type.Number({ minimum: 0, maximum: 3 })),
    initial: Type.Optional(Type.Record(Type.String(), Type.Number())),
    installationUnknown: Type.Optional(
      Type.Boolean({ description: 'Nobody knows when its components were installed.' }),
    ),
    components: Type.Optional(Type.Record(Type.String(), Component)),
    degradations: Type.Optional(Type.Array(Degradation)),
    renewals: Type.Optional(Type.Array(Type.Object({ component: Type.String(), at: Span('') }, closed))),
  },
  closed,
);

export const ScenarioFile = Type.Object(
  {
    name: Type.String(),
    history: Span('How far before the present the simulation begins.'),
    samplePeriod: Span('Time between two reports of an asset in the past.'),
    livePeriod: Span('The same once the present is reached; samplePeriod must be a multiple.'),
    customers: Type.Record(
      Type.String(),
      Type.Object({ name: Type.String(), tier: Type.Enum(['standard', 'important', 'strategic']) }, closed),
    ),
    sites: Type.Record(
      Type.String(),
      Type.Object(
        {
          name: Type.String(),
          customer: Type.String(),
          utcOffset: Span('Local time less UTC.'),
          meanTemperature: Type.Number(),
          seasonalSwing: Type.Number(),
        },
        closed,
      ),
    ),
    components: Type.Optional(Type.Record(Type.String(), Type.Record(Type.String(), Component))),
    assets: Type.Array(AssetEntry, { minItems: 1 }),
  },
  closed,
);

/** A scenario as written; spans are texts that {@link parseSpan} reads. */
export type Scenario = Static<typeof ScenarioFile>;
export type ScenarioAsset = Static<typeof AssetEntry>;
export type ScenarioComponent = Static<typeof Component>;

/** A degradation in epoch milliseconds. */
export function resolveDegradation(entry: Static<typeof Degradation>, start: number) {
  const { failureMode, onset, failsAt, repairedAt } = entry;
  return {
    failureMode,
    onset: start + span(onset),
    failsAt: start + span(failsAt),
    ...(repairedAt === undefined ? {} : { repairedAt: start + span(repairedAt) }),
  };
}

/** Milliseconds of a span that passed the schema. */
export function span(text: string): number {
  const value = parseSpan(text);
  if (value === undefined) throw new RangeError(`'${text}' is no span: write ${SPAN_FORM}`);
  return value;
}
