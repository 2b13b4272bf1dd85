import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Duration, SECOND } from '../domain/time.ts';

/** A cookie for this host alone, out of reach of scripts, and never sent along with what another site asks for. */
export class HostCookie {
  /** With the prefix a browser takes it from nobody but this host over TLS (RFC 6265bis, 4.1.3.2). */
  readonly name: string;
  readonly #secure: boolean;

  readonly #age: Duration;

  constructor(name: string, age: Duration, publicUrl: string) {
    const { protocol, port } = new URL(publicUrl);
    this.#secure = protocol === 'https:';
    // Cookies of a host are the same on all its ports, where another Fettle may be.
    this.name = `${this.#secure ? '__Host-' : ''}${name}${port && `_${port}`}`;
    this.#age = age;
  }

  read({ cookies }: FastifyRequest): string | undefined {
    return cookies[this.name] || undefined;
  }

  write(reply: FastifyReply, value: string): void {
    reply.setCookie(this.name, value, { ...this.#attributes(), maxAge: this.#age / SECOND });
  }

  clear(reply: FastifyReply): void {
    reply.setCookie(this.name, '', { ...this.#attributes(), maxAge: 0 });
  }

  #attributes() {
    return { path: '/', httpOnly: true, sameSite: 'lax', secure: this.#secure } as const;
  }
}
