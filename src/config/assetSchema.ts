import Type, { type StaticDecode } from 'typebox';
import { CONTRACT_KINDS, CRITICALITIES, TIERS } from '../domain/asset.ts';
import type { Timestamp } from '../domain/time.ts';
import { Id, OneOf, Text } from './fields.ts';
import { INSTANT_FORM, parseInstant } from './instant.ts';

const closed = { additionalProperties: false } as const;

const Instant = (description: string) =>
  Type.Decode(
    Type.Refine(Type.String({ description, form: INSTANT_FORM }), (text) => parseInstant(text) !== undefined),
    (text): Timestamp => parseInstant(text) ?? Number.NaN,
  );

const Contract = Type.Object(
  {
    kind: OneOf('Kind of contract.', CONTRACT_KINDS),
    until: Type.Optional(Instant('When it ends.')),
    reference: Type.Optional(Text('Number of the contract.')),
  },
  { ...closed, description: 'What the customer is entitled to.' },
);

const Component = Type.Object(
  {
    installedAt: Type.Optional(Instant('When it was installed. Unknown when absent, and so is its wear.')),
    installedReading: Type.Optional(
      Type.Number({ description: "Reading of the usage counter at installation, in the counter's unit." }),
    ),
    serial: Type.Optional(Text('Serial number.')),
  },
  { ...closed, description: 'An installed component.' },
);

const Device = Type.Object(
  {
    id: Id('Id by which the device speaks ({device} in the topic).'),
    from: Type.Optional(Instant('Since when it speaks for this asset. Always, when absent.')),
    to: Type.Optional(Instant('Until when (exclusive). Open when absent.')),
  },
  { ...closed, description: 'A device that speaks for the asset.' },
);

/** One asset as written in a file. */
export const AssetSchema = Type.Object(
  {
    id: Id('Names the asset; never changes.'),
    name: Type.Optional(Text('What people read.')),
    model: Type.String({ description: 'Id of its asset model.' }),
    site: Id('Where it stands.'),
    customer: Type.Optional(Id('Whose it is.')),
    tier: OneOf('Weight of the customer, for the priority of tickets.', TIERS, 'standard'),
    criticality: OneOf('What its failure means to the customer.', CRITICALITIES, 'medium'),
    batch: Type.Optional(Text('Production batch.')),
    gateway: Type.Optional(Id('What it speaks through together with others: a gateway, a router.')),
    serial: Type.Optional(Text('Serial number.')),
    commissionedAt: Type.Optional(Instant('When it went into service.')),
    contract: Type.Optional(Contract),
    components: Type.Record(Type.String(), Component, {
      default: {},
      description: 'What is known of its components, by component id. What is absent is unknown.',
    }),
    devices: Type.Array(Device, { default: [], description: 'Devices (clients, gateways) that speak for it.' }),
  },
  { ...closed, description: 'An equipment unit.' },
);
export type RawAsset = StaticDecode<typeof AssetSchema>;

/** assets.yaml. */
export const AssetsSchema = Type.Object(
  { assets: Type.Array(AssetSchema, { description: 'Equipment units.' }) },
  { ...closed, title: 'Fettle assets' },
);
