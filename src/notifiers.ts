import { systemClock } from './adapters/clock.ts';
import { createChat } from './adapters/notify/chat.ts';
import { createEmail } from './adapters/notify/email.ts';
import type { Config } from './config/schema.ts';
import { readSecretFile } from './config/secretFile.ts';
import type { NotificationRoute } from './domain/notification.ts';
import type { WorkCalendar } from './domain/workCalendar.ts';
import { SetupError } from './errors.ts';
import type { Notifier } from './ports/notifications.ts';

type Channel = Config['notifications']['channels'][number];

/** The configured ways to people, by their id. */
export function openNotifiers({ notifications }: Config): ReadonlyMap<string, Notifier> {
  return new Map(notifications.channels.map((channel) => [channel.id, openNotifier(channel)]));
}

export function routesOf(
  { notifications }: Config,
  calendars: ReadonlyMap<string, WorkCalendar>,
): readonly NotificationRoute[] {
  return notifications.routes.map((route) => ({
    ...route,
    hours: route.hours === undefined ? undefined : calendars.get(route.hours),
  }));
}

function openNotifier(channel: Channel): Notifier {
  const { kind, timeout, allowPrivateAddresses, host, port, security, username, from } = channel;
  if (kind === 'email') {
    const password = secretOf(channel, 'password');
    const server = { host: host!, port, security, username, password, from: from! };
    return createEmail({ ...server, timeout, allowPrivateAddresses });
  }
  const url = secretOf(channel, 'url')!;
  const secret = secretOf(channel, 'secret');
  return createChat({ kind, url, secret, timeout, allowPrivateAddresses, clock: systemClock });
}

/** An option, or what is in the file that is named in place of it. */
function secretOf(channel: Channel, option: 'url' | 'secret' | 'password'): string | undefined {
  const file = channel[`${option}File`];
  if (file === undefined) return channel[option];
  const read = readSecretFile(file, '.');
  const place = `notifications.channels ${channel.id}: ${option}File`;
  if ('problem' in read) throw new SetupError(`${place}: ${read.problem}`);
  if (option === 'url' && !/^https?:\/\/\S+$/.test(read.value))
    throw new SetupError(`${place} holds no http(s) address`);
  return read.value;
}
