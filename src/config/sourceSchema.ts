import Type from 'typebox';
import { CODECS } from '../codecs/index.ts';
import {
  CLOCK_TRUSTS,
  COMPRESSIONS,
  type SourceDefinition,
  SPARKPLUG_DEFAULTS,
  SUBJECTS,
  TIME_UNITS,
} from '../domain/source.ts';
import { FilePath, Id, OneOf, Size, Span, Switch, Text, Whole } from './fields.ts';

const Mapping = Type.Object(
  {
    metric: Id('Metric id in the asset model.'),
    unit: Type.Optional(Text('Unit in the payload; values are converted to the unit of the model.')),
    scale: Type.Optional(Type.Number({ description: 'Numbers are multiplied by this, before the unit conversion.' })),
    offset: Type.Optional(Type.Number({ description: 'Added after the multiplication.' })),
    from: Type.Optional(
      Text('Name in the payload, where that is not the key: so that several metrics can come of one value.'),
    ),
    decimal: Type.Optional(OneOf('Numbers come as texts, with this decimal separator.', ['.', ','])),
    bit: Type.Optional(
      Type.Integer({ description: 'This bit of a whole number; 0 is the lowest.', minimum: 0, maximum: 52 }),
    ),
    bits: Type.Optional(
      Type.Tuple([Type.Integer({ minimum: 0, maximum: 52 }), Type.Integer({ minimum: 0, maximum: 52 })], {
        description: 'The bits of a whole number from the first to the second, as a number.',
      }),
    ),
    values: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]), {
        description: 'What values stand for, by their text: a number, or a code or symbol of the model.',
      }),
    ),
  },
  { additionalProperties: false, description: 'How one value of the payload becomes a metric.' },
);

const AutoRegister = Type.Object(
  {
    model: Id('Asset model of what registers itself.'),
    site: Id('Site of the asset where the topic does not name one.'),
    max: Whole('At most so many assets register themselves by this source.', 1000, 1, 1_000_000),
  },
  {
    additionalProperties: false,
    description:
      'Unknown assets register themselves with their first message. Without this, their messages are refused.',
  },
);

const Time = Type.Object(
  {
    field: Type.Optional(
      Text(
        'Field of the payload that holds the timestamp. Without it: the first of ts, time, timestamp that is there.',
      ),
    ),
    unit: OneOf('Unit of the timestamp; auto tells it by its size or form.', TIME_UNITS, 'auto'),
    zone: Type.Optional(
      Text('IANA time zone of stamps that name none, like Asia/Shanghai. Without it, such stamps are refused.'),
    ),
  },
  { additionalProperties: false, default: {}, description: 'How the timestamp of a message is read.' },
);

const Senml = Type.Object(
  {
    name: Type.Optional(
      Text(
        'Form of the names of records: text with {subject} (whose it is), {metric} or both. Without it a name is split at its last / or :, or the _ of a device URN.',
      ),
    ),
  },
  { additionalProperties: false, description: 'How SenML is read (codecs senml-json and senml-cbor).' },
);

const Csv = Type.Object(
  {
    columns: Type.Optional(
      Type.Array(Type.String(), {
        description: 'Names of the columns. Without it they are in the first line of every payload.',
        minItems: 1,
      }),
    ),
    delimiter: Type.Optional(
      Text('Between the cells of a line. Without it a tab, semicolon or comma, whichever the first line has.'),
    ),
    decimal: OneOf('Decimal separator of numbers.', ['.', ','], '.'),
    subject: Type.Optional(Text('Column that names whom a line is of.')),
  },
  { additionalProperties: false, description: 'How CSV is read (codec csv).' },
);

const Influx = Type.Object(
  {
    name: OneOf(
      'What names a value: its field (of a field called value the measurement), or both.',
      ['field', 'measurement.field'],
      'field',
    ),
    subject: Type.Optional(Text('Tag that names whom a line is of.')),
  },
  { additionalProperties: false, description: 'How InfluxDB line protocol is read (codec influx-line).' },
);

const Sparkplug = Type.Object(
  {
    nodeId: Text('Id of an edge node as a device, of {group} and {node}.', { default: SPARKPLUG_DEFAULTS.nodeId }),
    deviceId: Text('Id of a device behind an edge node, of {group}, {node} and {device}.', {
      default: SPARKPLUG_DEFAULTS.deviceId,
    }),
    hostId: Text('Host id under which Fettle publishes its STATE, for edge nodes that wait for their primary host.', {
      default: SPARKPLUG_DEFAULTS.hostId,
      pattern: '^[^/+#]+$',
      form: 'text without / + and #',
    }),
    reorderTimeout: Span('A message still missing after this is lost, and a rebirth asked for.', '2s'),
    birthTimeout: Span('Data wait so long for the birth that says what they are; then they are dead letters.', '60s'),
    rebirth: Type.Object(
      {
        request: Switch('Whether edge nodes are asked for a rebirth.', SPARKPLUG_DEFAULTS.rebirth.request),
        interval: Span('From one request to the next to the same edge node, doubled each time.', '10s', 1000),
        maxInterval: Span('Longest time from one request to the next.', '10m', 1000),
        jitter: Span('The first request to an unknown edge node waits up to so long, at random.', '5s'),
      },
      { additionalProperties: false, default: {}, description: 'How edge nodes are asked for a rebirth.' },
    ),
  },
  { additionalProperties: false, description: 'How edge nodes of Sparkplug are treated, with codec sparkplug-b.' },
);

const SourceFields = Type.Object(
  {
    id: Id('Names the source in logs, metrics and dead letters.'),
    topic: Text(
      'Topic template. Placeholders: {site}, {asset}, {device}, {metric}; + stands for any one level, # as the last for all that follow.',
    ),
    broker: Type.Optional(
      Id("Broker whose messages are meant: 'main', or the id of one of mqtt.brokers. Without it all."),
    ),
    codec: OneOf('How payloads are read.', Object.keys(CODECS), 'json'),
    compression: OneOf(
      'How payloads are compressed; deflate is with the header of zlib or bare, auto tells by how a payload starts.',
      COMPRESSIONS,
      'none',
    ),
    subject: OneOf(
      'What the ids in payloads are, of codecs whose payloads name whom they are of: of devices that are bound to assets, or of the assets.',
      SUBJECTS,
      'device',
    ),
    clock: OneOf(
      "Which clock stamps the samples: the device's own, the time of receipt, or the device's corrected by its learned offset.",
      CLOCK_TRUSTS,
      'device',
    ),
    time: Time,
    senml: Type.Optional(Senml),
    csv: Type.Optional(Csv),
    influx: Type.Optional(Influx),
    expression: Type.Optional(
      Text(
        'JSONata of codec jsonata, which makes readings of the payload: {subject?, time?, values, units?, quality?} or an array of these.',
      ),
    ),
    expressionFile: Type.Optional(
      FilePath('File with the expression, in place of expression. It is read at the start.', 'file'),
    ),
    metrics: Type.Record(Type.String(), Mapping, {
      default: {},
      description:
        'Mapping by the name in the payload; in it * stands for anything within a level, ** for anything. Names not listed are metric ids themselves.',
    }),
    flatten: Switch(
      'Nested objects and arrays are values with dotted names, like engine.oil.temperature and phases.0, of codecs for JSON and the like. The presets of products do so by themselves.',
      false,
    ),
    ignore: Type.Array(Type.String(), {
      default: [],
      description:
        'Names in the payload that are no telemetry, or patterns of names; they are passed over without a dead letter.',
    }),
    ignoreEvents: Type.Array(Type.String(), {
      default: ['join', 'ack', 'txack', 'log', 'status', 'location', 'integration'],
      description:
        'Messages by HTTP with one of these in ?event=, as network servers of LoRaWAN add it, are no telemetry; they are answered and passed over.',
    }),
    autoRegister: Type.Optional(AutoRegister),
    maxFuture: Span('A device stamp further ahead of the time of receipt than this is refused.', '5m'),
    maxPayloadBytes: Size('A larger payload is refused, and one that inflates to more.', '1MiB'),
    sparkplug: Type.Optional(Sparkplug),
  },
  {
    additionalProperties: false,
    description: 'A kind of device traffic: which topics, how to read them, what to trust.',
  },
);

/** One entry of `sources`, decoded to a {@link SourceDefinition}. */
export const SourceSchema = Type.Decode(
  SourceFields,
  ({ autoRegister, expressionFile: _, ...fields }): SourceDefinition => {
    if (!autoRegister) return fields;
    const { model, site, max } = autoRegister;
    return { ...fields, autoRegister: { modelId: model, siteId: site, max } };
  },
);

/** What is listened to when no source is configured. */
export const DEFAULT_SOURCES = [{ id: 'default', topic: 'fettle/{site}/{asset}/telemetry', codec: 'json' }];
