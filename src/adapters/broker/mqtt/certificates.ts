import { X509Certificate } from 'node:crypto';
import type { PeerCertificate } from 'node:tls';
import { DAY, type Duration, type Timestamp } from '../../../domain/time.ts';
import type { Log } from '../../../log.ts';
import type { CertificateStatus } from '../../../ports/broker.ts';
import type { Clock } from '../../../ports/clock.ts';
import { NoiseLimit } from '../noiseLimit.ts';

const WARN_BEFORE: Duration = 14 * DAY;

/** Knows when the certificates of the connection end, and warns in time, once a day. */
export class Certificates {
  readonly #address: string;
  readonly #log: Log;
  readonly #clock: Clock;
  readonly #noise = new NoiseLimit(DAY);
  readonly #known = new Map<CertificateStatus['whose'], CertificateStatus>();

  constructor(address: string, log: Log, clock: Clock) {
    this.#address = address;
    this.#log = log;
    this.#clock = clock;
  }

  /** The broker's, as TLS has just verified it. */
  sawBroker({ valid_to, issuer }: PeerCertificate): void {
    this.#saw({ whose: 'broker', expires: Date.parse(valid_to), issuer: nameOf(issuer?.CN ?? issuer?.O) });
  }

  /** Fettle's own (PEM). */
  sawClient(pem: string): void {
    const { validTo, issuer } = new X509Certificate(pem);
    const name = /^(?:CN|O)=(.*)$/m.exec(issuer)?.[1];
    this.#saw({ whose: 'client', expires: Date.parse(validTo), issuer: nameOf(name) });
  }

  list(): readonly CertificateStatus[] {
    return [...this.#known.values()];
  }

  warn(): void {
    for (const { whose, expires } of this.#known.values()) this.#warnOf(whose, expires);
  }

  #saw(certificate: CertificateStatus): void {
    this.#known.set(certificate.whose, certificate);
    this.warn();
  }

  #warnOf(whose: CertificateStatus['whose'], expires: Timestamp): void {
    const now = this.#clock.now();
    const left = expires - now;
    if (left > WARN_BEFORE || !this.#noise.worthSaying(`${whose} ${expires}`, now)) return;
    const act = whose === 'broker' ? 'renew it at the broker' : 'renew certFile and keyFile';
    const days = Math.max(0, Math.floor(left / DAY));
    this.#log.warn(
      { address: this.#address, certificate: whose, expires: new Date(expires).toISOString() },
      `the certificate of the ${whose === 'broker' ? 'broker' : 'connection to the broker'} expires in ${days} days: ${act}; a new one is taken at the next connection`,
    );
  }
}

function nameOf(name: string | readonly string[] | undefined): string {
  return typeof name === 'object' ? name.join(' ') : (name ?? 'unknown');
}
