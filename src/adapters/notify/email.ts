import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { createTransport } from 'nodemailer';
import type { Message } from '../../domain/notificationText.ts';
import type { Duration } from '../../domain/time.ts';
import type { Notifier } from '../../ports/notifications.ts';
import { PermanentDeliveryError } from '../../ports/serviceDesk.ts';
import { assertNotInternal } from '../addresses.ts';

export interface EmailOptions {
  readonly host: string;
  readonly port: number;
  /** `tls` from the first byte, `starttls` required, or `none`. */
  readonly security: 'tls' | 'starttls' | 'none';
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly from: string;
  readonly timeout: Duration;
  readonly allowPrivateAddresses: boolean;
}

/** A mail server that takes messages by SMTP (RFC 5321); a reply of 5xx refuses for good, anything else for now. */
export function createEmail(options: EmailOptions): Notifier {
  const { port, security, username, password, from, timeout } = options;
  return {
    kind: 'email',
    async send(message, to, key) {
      const { host, servername } = await serverOf(options);
      const transport = createTransport({
        host,
        port,
        secure: security === 'tls',
        requireTLS: security === 'starttls',
        ignoreTLS: security === 'none',
        ...(isIP(servername) === 0 && { tls: { servername } }),
        connectionTimeout: timeout,
        greetingTimeout: timeout,
        socketTimeout: timeout,
        ...(username !== undefined && { auth: { user: username, pass: password ?? '' } }),
      });
      try {
        await transport.sendMail({
          from,
          to: [...to],
          subject: message.title,
          text: textOf(message),
          messageId: `<${key}@fettle>`,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
      } catch (error) {
        throw refusalOf(error, options);
      } finally {
        transport.close();
      }
    },
  };
}

function textOf({ lines, url, body }: Message): string {
  const told = body === undefined ? lines : [...lines.slice(1), '', body];
  return [...told, ...(url === undefined ? [] : ['', url])].join('\n');
}

/** Connects to the address that was judged, so that a name can't change in between. */
async function serverOf({ host, allowPrivateAddresses }: EmailOptions): Promise<{ host: string; servername: string }> {
  if (allowPrivateAddresses) return { host, servername: host };
  try {
    assertNotInternal(host);
    const { address } = await lookup(host);
    assertNotInternal(address);
    return { host: address, servername: host };
  } catch (error) {
    if (error instanceof Error && error.name === 'InternalAddressError')
      throw new PermanentDeliveryError(error.message);
    throw error;
  }
}

function refusalOf(error: unknown, { host, port }: EmailOptions): Error {
  const { responseCode, message } = error as Error & { readonly responseCode?: number };
  const said = `${host}:${port}: ${message}`;
  return responseCode !== undefined && responseCode >= 500
    ? new PermanentDeliveryError(said)
    : new Error(said, { cause: error });
}
