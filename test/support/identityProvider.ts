import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Provider, { type Configuration } from 'oidc-provider';

export const CLIENT = { id: 'fettle', secret: 'a-secret-of-fettle-and-the-provider' } as const;

export interface TestProvider {
  readonly issuer: string;
  /** What it says of people, by the name they enter; any password will do. */
  readonly people: Map<string, Record<string, unknown>>;
  readonly server: Server;
  stop(): Promise<void>;
}

/** A real OpenID Connect provider on a free port, with a page to sign in on and one to consent. */
export async function startProvider(redirectUri: string, more: Configuration = {}): Promise<TestProvider> {
  // Tests share their process with it: a connection that it thinks idle may be in use on the other side.
  const server = createServer({ keepAliveTimeout: 0 });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people: TestProvider['people'] = new Map();
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT.id, client_secret: CLIENT.secret, redirect_uris: [redirectUri] }],
    findAccount: (_context, accountId) => {
      const claims = people.get(accountId);
      return claims && { accountId, claims: async () => ({ sub: accountId, ...claims }) };
    },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['preferred_username', 'groups'] },
    cookies: { keys: ['of the test'] },
    pkce: { required: () => true },
    ...more,
  });
  server.on('request', provider.callback());
  return {
    issuer,
    people,
    server,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A person's browser at the provider: keeps its cookies, follows it, fills its forms in. */
export class ProviderBrowser {
  readonly #cookies = new Map<string, string>();

  /** From an address of the provider to the one that it sends the person back to. */
  async signIn(address: string, login: string, home: string): Promise<string> {
    let response = await this.#open(address);
    for (let step = 0; step < 20; step++) {
      const location = response.headers.get('location');
      if (location !== null) {
        const next = new URL(location, address).href;
        if (next.startsWith(home)) return next;
        response = await this.#open(next);
        continue;
      }
      const page = await response.text();
      const action = /<form[^>]* action="([^"]+)"/.exec(page)?.[1];
      const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1];
      if (!action || !prompt) throw new Error(`${response.status} has no form: ${page.slice(0, 500)}`);
      const form = new URLSearchParams({ prompt, ...(prompt === 'login' && { login, password: 'x' }) });
      response = await this.#open(new URL(action, address).href, form);
    }
    throw new Error('the provider sends people in circles');
  }

  /** As a person who breaks off; the provider is told so by the link on its page. */
  async breakOff(address: string, home: string): Promise<string> {
    let response = await this.#open(address);
    for (let location = response.headers.get('location'); location !== null; ) {
      const next = new URL(location, address).href;
      if (next.startsWith(home)) return next;
      response = await this.#open(next);
      location = response.headers.get('location');
      if (location !== null) continue;
      const abort = /href="([^"]+\/abort)"/.exec(await response.text())?.[1];
      if (!abort) throw new Error('the page has no way to break off');
      location = abort;
    }
    throw new Error('the provider leads nowhere');
  }

  async #open(address: string, form?: URLSearchParams): Promise<Response> {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { cookie, accept: 'text/html' },
      ...(form && { method: 'POST', body: form }),
    });
    for (const line of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (value === '') this.#cookies.delete(name!);
      else this.#cookies.set(name!, value!);
    }
    return response;
  }
}
