import Type from 'typebox';
import { ROLES } from '../domain/request.ts';
import { Address, OneOf, Secret, Text } from './fields.ts';
import { section } from './section.ts';

const closed = { additionalProperties: false };

const Oidc = Type.Object(
  {
    issuer: Address(
      'Address of the provider, without /.well-known/…; http only for one on this machine.',
      ['https', 'http'],
      'https://login.example.com/realms/main',
    ),
    clientId: Text(
      'What Fettle is called there. The address to return to that is registered there is publicUrl with /api/v1/session/oidc/callback after it.',
    ),
    clientSecret: Type.Optional(Secret('Its secret. Without it Fettle is a public client, protected by PKCE alone.')),
    scopes: Text('Scopes to ask for, separated by spaces; openid must be one of them.', {
      default: 'openid profile email',
    }),
    nameClaim: Type.Optional(
      Text('Claim with the name that stands in the history. Without it: email, else preferred_username, else sub.'),
    ),
    roleClaim: Type.Optional(
      Text(
        'Claim with the groups or roles of somebody, such as groups; a dot leads into an object: realm_access.roles.',
      ),
    ),
    roles: Type.Record(Type.String(), OneOf('Role here.', ROLES), {
      default: {},
      description: 'The role here by value of roleClaim, such as fettle-admins: admin. Of several the highest counts.',
    }),
    defaultRole: Type.Optional(
      OneOf('Role of everybody else whom the provider knows. Without it they are not let in.', ROLES),
    ),
    label: Type.Object(
      { en: Text('In English.'), zh: Text('In Chinese.') },
      {
        ...closed,
        description: 'What the button says.',
        default: { en: 'Sign in with your company account', zh: '使用公司账号登录' },
      },
    ),
  },
  { ...closed, description: 'An OpenID Connect provider, such as Keycloak, Entra ID, Okta or authentik.' },
);

export const SignIn = section('Signing in to the console, beside signing in with an API key.', {
  oidc: Type.Optional(Oidc),
});
