import { type Static, Type } from 'typebox';
import { ROLES } from '../../ports/database.ts';
import { type Session, SIGN_IN_WAYS } from '../../ports/sessions.ts';
import { formatTime } from '../times.ts';
import { body, LocalTextSchema, oneOf, time } from './common.ts';

export const SessionSchema = Type.Object(
  {
    name: Type.String({ description: 'Stands in the history of what is done' }),
    role: oneOf(ROLES),
    way: oneOf(SIGN_IN_WAYS, { description: 'With an API key, or at an OpenID Connect provider' }),
    csrfToken: Type.String({
      description: 'What requests other than GET have to carry as `X-CSRF-Token` beside the cookie',
      examples: ['qP2b0mWm0rJb2n8kGv1YfX3kq7YcT5uD1sZxH4wLr9E'],
    }),
    signedInAt: time(),
    expiresAt: time('It is over then, or after twelve hours without use'),
  },
  { $id: 'Session', description: 'Somebody who is signed in' },
);

export function presentSession(session: Session): Static<typeof SessionSchema> {
  const { name, role, way, csrfToken, createdAt, expiresAt } = session;
  return { name, role, way, csrfToken, signedInAt: formatTime(createdAt), expiresAt: formatTime(expiresAt) };
}

export const WaysInSchema = Type.Object(
  {
    key: Type.Literal(true, { description: 'With an API key: `POST /api/v1/session`' }),
    oidc: Type.Optional(
      Type.Object(
        { label: LocalTextSchema },
        { description: 'At an OpenID Connect provider: have the browser open `/api/v1/session/oidc`' },
      ),
    ),
  },
  { description: 'How to sign in' },
);

export const SignInBody = body(
  { key: Type.String({ minLength: 1, maxLength: 500, description: 'An API key' }) },
  { examples: [{ key: 'ftl_…' }] },
);
