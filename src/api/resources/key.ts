import { type Static, Type } from 'typebox';
import { type ApiKey, ROLES } from '../../ports/database.ts';
import { formatTime } from '../times.ts';
import { body, NewId, oneOf, Time } from './common.ts';

const FIELDS = {
  name: Type.String(),
  role: oneOf(ROLES, { description: 'Each may do what those before it may' }),
  createdAt: Time,
};

export const KeySchema = Type.Object(FIELDS, { $id: 'Key', description: 'An API key; the key itself is not kept' });

export const NewKeySchema = Type.Object(
  { ...FIELDS, key: Type.String({ description: 'Shown this once', examples: ['ftl_…'] }) },
  { $id: 'NewKey', description: 'An API key as it was made' },
);

export function presentKey({ name, role, createdAt }: ApiKey): Static<typeof KeySchema> {
  return { name, role, createdAt: formatTime(createdAt) };
}

export const NewKeyBody = body(
  { name: NewId, role: oneOf(ROLES) },
  { examples: [{ name: 'prometheus', role: 'viewer' }] },
);
