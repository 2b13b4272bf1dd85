import type { FastifyReply, FastifyRequest } from 'fastify';
import { SECOND } from '../domain/time.ts';
import { LONGEST } from './sessions.ts';

/** The cookie of a session: for this host alone, out of reach of scripts, and never sent along by other sites' requests. */
export class SessionCookie {
  /** With the prefix a browser takes it from nobody but this host over TLS (RFC 6265bis, 4.1.3.2). */
  readonly name: string;
  readonly #secure: boolean;

  constructor(publicUrl: string) {
    this.#secure = new URL(publicUrl).protocol === 'https:';
    this.name = `${this.#secure ? '__Host-' : ''}fettle_session`;
  }

  read({ cookies }: FastifyRequest): string | undefined {
    return cookies[this.name] || undefined;
  }

  write(reply: FastifyReply, token: string): void {
    reply.setCookie(this.name, token, { ...this.#attributes(), maxAge: LONGEST / SECOND });
  }

  clear(reply: FastifyReply): void {
    reply.setCookie(this.name, '', { ...this.#attributes(), maxAge: 0 });
  }

  #attributes() {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure } as const;
  }
}
