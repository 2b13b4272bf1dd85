import { type Static, Type } from 'typebox';
import { type ApiKey, KEY_ROLES } from '../../ports/database.ts';
import { formatTime } from '../times.ts';
import { body, Id, NewId, oneOf, Time } from './common.ts';

const FIELDS = {
  name: Type.String(),
  role: oneOf(KEY_ROLES, {
    description: 'From viewer on each may do what those before it may; device sends telemetry only',
  }),
  sourceId: Type.Optional(Type.String({ description: 'Of the role device: the source whose telemetry it may send' })),
  createdAt: Time,
};

export const KeySchema = Type.Object(FIELDS, { $id: 'Key', description: 'An API key; the key itself is not kept' });

export const NewKeySchema = Type.Object(
  { ...FIELDS, key: Type.String({ description: 'Shown this once', examples: ['ftl_…'] }) },
  { $id: 'NewKey', description: 'An API key as it was made' },
);

export function presentKey({ name, role, sourceId, createdAt }: ApiKey): Static<typeof KeySchema> {
  return { name, role, ...(sourceId && { sourceId }), createdAt: formatTime(createdAt) };
}

export const NewKeyBody = body(
  { name: NewId, role: oneOf(KEY_ROLES), sourceId: Type.Optional(Id) },
  {
    examples: [
      { name: 'prometheus', role: 'viewer' },
      { name: 'gateway-7', role: 'device', sourceId: 'gateways' },
    ],
  },
);
