import { type Static, Type } from 'typebox';
import {
  type Asset,
  CONTRACT_KINDS,
  type Contract,
  CRITICALITIES,
  type InstalledComponent,
  TIERS,
} from '../../domain/asset.ts';
import { formatIfAny, timeIfAny } from '../times.ts';
import { body, defined, NewId, oneOf, Time } from './common.ts';

export const ContractSchema = Type.Object(
  { kind: oneOf(CONTRACT_KINDS), until: Type.Optional(Time), reference: Type.Optional(Type.String()) },
  { additionalProperties: false },
);

export function presentContract(contract: Contract | undefined): Static<typeof ContractSchema> | undefined {
  return contract && { ...contract, until: formatIfAny(contract.until) };
}

const InstalledSchema = Type.Object(
  {
    installedAt: Type.Optional(Time),
    installedReading: Type.Optional(Type.Number({ description: 'Of the usage counter, in its unit' })),
    serial: Type.Optional(Type.String()),
  },
  { additionalProperties: false, description: 'What is absent is unknown, and so is the wear' },
);

/** What an asset consists of when it is registered, apart from its id. */
const FIELDS = {
  name: Type.Optional(Type.String({ maxLength: 500 })),
  modelId: NewId,
  siteId: NewId,
  customerId: Type.Optional(NewId),
  tier: oneOf(TIERS, { default: 'standard', description: 'Weight of the customer' }),
  batch: Type.Optional(Type.String({ maxLength: 500 })),
  gateway: Type.Optional(NewId),
  serial: Type.Optional(Type.String({ maxLength: 500 })),
  criticality: oneOf(CRITICALITIES, { default: 'medium', description: 'What a failure means to the customer' }),
  commissionedAt: Type.Optional(Time),
  contract: Type.Optional(ContractSchema),
  components: Type.Record(Type.String(), InstalledSchema, { default: {}, description: 'By component id' }),
};

export const AssetSchema = Type.Object(
  { id: Type.String(), ...FIELDS, registeredBy: oneOf(['file', 'csv', 'api', 'auto']) },
  { $id: 'Asset', description: 'An equipment unit' },
);

const EXAMPLE = {
  name: 'Compressor hall 2',
  modelId: 'screw-compressor',
  siteId: 'leipzig',
  customerId: 'acme',
  criticality: 'high',
  commissionedAt: '2023-03-01T00:00:00.000Z',
  components: { 'air-filter': { installedAt: '2023-03-01T00:00:00.000Z', installedReading: 0 } },
};

/** Body that replaces an asset. */
export const AssetBody = body(FIELDS, { examples: [EXAMPLE] });
/** Body that registers an asset. */
export const NewAssetBody = body({ id: NewId, ...FIELDS }, { examples: [{ id: 'compressor-0815', ...EXAMPLE }] });

export function presentAsset(asset: Asset): Static<typeof AssetSchema> {
  return {
    ...asset,
    commissionedAt: formatIfAny(asset.commissionedAt),
    contract: presentContract(asset.contract),
    components: mapValues(asset.components, (part) => ({ ...part, installedAt: formatIfAny(part.installedAt) })),
  };
}

/** A body with its id as the asset it stands for. */
export function readAsset(id: string, given: Static<typeof AssetBody>): Asset {
  const { contract, components, commissionedAt, ...rest } = given;
  return {
    ...rest,
    id,
    ...defined({ commissionedAt: timeIfAny(commissionedAt) }),
    ...(contract && { contract: { ...contract, ...defined({ until: timeIfAny(contract.until) }) } as Contract }),
    components: mapValues(components, readInstalled),
    registeredBy: 'api',
  };
}

function readInstalled(given: Static<typeof InstalledSchema>): InstalledComponent {
  const { installedAt, ...rest } = given;
  return { ...rest, ...defined({ installedAt: timeIfAny(installedAt) }) };
}

function mapValues<A, B>(record: Readonly<Record<string, A>>, change: (value: A) => B): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}
