import { duplicates, flaw } from './flaws.ts';
import type { Flaw } from './inspect.ts';
import type { Path } from './problem.ts';
import { calendarAt } from './slaChecks.ts';
import { listAt, valueAt } from './values.ts';

const CHANNELS: Path = ['notifications', 'channels'];
const ROUTES: Path = ['notifications', 'routes'];
const MAIL = ['host', 'username', 'password', 'passwordFile', 'from'];
const CHAT = ['url', 'urlFile', 'secret', 'secretFile'];
const SIGNING = ['dingtalk', 'feishu'];

/** What contradicts in the options of channels and routes. */
export function notificationChecks(config: unknown): Flaw[] {
  const channels = listAt(config, CHANNELS);
  return [
    ...duplicates(channels, 'id', CHANNELS),
    ...duplicates(listAt(config, ROUTES), 'id', ROUTES),
    ...channels.flatMap((channel, index) => channelFlaws(channel, [...CHANNELS, index])),
    ...listAt(config, ROUTES).flatMap((route, index) => routeFlaws(config, route, channels, [...ROUTES, index])),
  ];
}

function channelFlaws(channel: unknown, place: Path): Flaw[] {
  const kind = valueAt(channel, ['kind']);
  if (typeof kind !== 'string') return [];
  const given = (key: string) => valueAt(channel, [key]) !== undefined;
  const foreign = (kind === 'email' ? CHAT : MAIL).filter(given);
  const twice = ['url', 'secret', 'password'].filter((key) => given(key) && given(`${key}File`));
  const signs = SIGNING.includes(kind) || kind === 'email';
  return [
    ...foreign.map((key) => flaw([...place, key], `has no place with kind ${kind}`)),
    ...twice.map((key) => flaw([...place, `${key}File`], `is there beside ${key}; set one of the two`)),
    ...(kind === 'email' ? ['host', 'from'].filter((key) => !given(key)) : []).map((key) =>
      flaw(place, `kind email needs ${key}`),
    ),
    ...(kind !== 'email' && !given('url') && !given('urlFile')
      ? [flaw(place, `kind ${kind} needs url or urlFile`)]
      : []),
    ...(!signs && given('secret') ? [flaw([...place, 'secret'], `${kind} signs nothing`)] : []),
  ];
}

function routeFlaws(config: unknown, route: unknown, channels: readonly unknown[], place: Path): Flaw[] {
  const named = valueAt(route, ['channel']);
  const channel = channels.find((one) => valueAt(one, ['id']) === named);
  const isMail = valueAt(channel, ['kind']) === 'email';
  const to = listAt(route, ['to']).length;
  const known = channels.map((one) => valueAt(one, ['id'])).join(', ');
  return [
    ...(named !== undefined && !channel
      ? [
          flaw(
            [...place, 'channel'],
            `there is no channel '${named}'; ${known ? `there is: ${known}` : 'channels has none'}`,
          ),
        ]
      : []),
    ...(channel && isMail && to === 0 ? [flaw(place, 'a route to a mail server needs addresses in to')] : []),
    ...(channel && !isMail && to > 0 ? [flaw([...place, 'to'], 'has a place only with a channel of kind email')] : []),
    ...calendarAt(config, [...place, 'hours']),
  ];
}
