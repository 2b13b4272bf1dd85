import Type, { type StaticDecode } from 'typebox';
import { LOG_LEVELS } from '../log.ts';
import { Assess } from './assessSchema.ts';
import { Calendars } from './calendarSchema.ts';
import { Cluster } from './clusterSchema.ts';
import { Desk } from './deskSchema.ts';
import { Disk } from './diskSchema.ts';
import { Address, FilePath, OneOf, Secret, Size, Span, Text, Whole } from './fields.ts';
import { FollowUps } from './followUpSchema.ts';
import { Grafana } from './grafanaSchema.ts';
import { Heartbeat } from './heartbeatSchema.ts';
import { Mqtt } from './mqttSchema.ts';
import { NotificationOptions } from './notificationSchema.ts';
import { PresenceSchema } from './presenceSchema.ts';
import { Reminders } from './reminderSchema.ts';
import { section } from './section.ts';
import { Database, Redis } from './serverSchemas.ts';
import { SignIn } from './signInSchema.ts';
import { Sla } from './slaSchema.ts';
import { DEFAULT_SOURCES, SourceSchema } from './sourceSchema.ts';
import { Spill } from './spillSchema.ts';
import { Store } from './storeSchema.ts';
import { Campaigns, Storms } from './stormSchema.ts';
import { Tickets } from './ticketTextSchema.ts';

const Log = section('What is logged, as JSON lines on standard error.', {
  level: OneOf('The least severe entries to log.', LOG_LEVELS, 'info'),
});

const Http = section('The REST API, its documentation page and the metrics.', {
  host: Text(
    'Address to listen on. One that others can reach (such as 0.0.0.0) is refused while there is no API key.',
    {
      default: '127.0.0.1',
    },
  ),
  port: Whole('Port to listen on; 0 takes any free one.', 8080, 0, 65_535),
});

const Ingest = section('How messages are collected before they are written and settled.', {
  batchSize: Whole('Most messages in one write.', 2000, 1, 100_000),
  batchAge: Span('Longest wait for a batch to fill.', '20ms'),
});

const DeadLetters = section('Messages that could not be decoded or stored.', {
  maxKept: Whole('Most dead letters kept in the database; the oldest go first.', 100_000, 1),
  journalMb: Whole(
    'Most disk space for dead letters that wait for the database, in MB; beyond it they are dropped and counted.',
    64,
    1,
  ),
  payloadBytes: Size('How much of a payload is kept.', '4096'),
});

/** Everything in fettle.yaml; each scalar is also read from its `FETTLE_…` variable. */
export const ConfigSchema = Type.Object(
  {
    dataDir: FilePath('Folder for the embedded stores and journals; made when absent.', 'any', './data'),
    models: Type.Optional(
      FilePath('Folder of asset models (*.yaml). Without it the models that come with Fettle are used.', 'folder'),
    ),
    assets: Type.Optional(
      FilePath('File of assets, YAML or CSV. Without it ./assets.yaml is read if it is there.', 'file'),
    ),
    apiKey: Type.Optional(Secret('API key with the role admin, beside those made by fettle keys.')),
    metricsKey: Type.Optional(Secret('API key with the role viewer, for Prometheus.')),
    publicUrl: Type.Optional(
      Address(
        'Address under which people reach Fettle, for links in tickets. Without it: http.host and http.port.',
        ['http', 'https'],
        'https://fettle.example.com',
      ),
    ),
    log: Log,
    http: Http,
    signIn: SignIn,
    mqtt: Mqtt,
    store: Store,
    database: Database,
    redis: Redis,
    ingest: Ingest,
    spill: Spill,
    assess: Assess,
    cluster: Cluster,
    deadLetters: DeadLetters,
    disk: Disk,
    grafana: Grafana,
    heartbeat: Heartbeat,
    calendars: Calendars,
    sla: Sla,
    tickets: Tickets,
    followUps: FollowUps,
    reminders: Reminders,
    storms: Storms,
    campaigns: Campaigns,
    notifications: NotificationOptions,
    desk: Desk,
    presence: Type.Array(PresenceSchema, {
      default: [],
      description: 'Topics that tell whether devices have their connection, which is not their health.',
    }),
    sources: Type.Array(SourceSchema, {
      minItems: 1,
      default: DEFAULT_SOURCES,
      description: 'Kinds of device traffic.',
    }),
  },
  { additionalProperties: false, title: 'Fettle configuration' },
);

/** fettle.yaml with durations in milliseconds, sizes in bytes and absolute paths. */
type Settings = StaticDecode<typeof ConfigSchema>;

/** The configuration that Fettle runs with. */
export interface Config extends Settings {
  /** Folder of asset models: the configured one, or the one that comes with Fettle. */
  models: string;
  cluster: Settings['cluster'] & { readonly node: string };
}
