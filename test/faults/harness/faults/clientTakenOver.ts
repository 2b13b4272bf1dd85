import { connect } from 'mqtt';
import type { FaultFamily } from './fault.ts';

const SESSION_EXPIRY = 7 * 86_400;

/** A stranger connects with Fettle's client id, is handed its messages and settles none. */
export const clientTakenOver: FaultFamily = ({ sessions }) => {
  if (!sessions) return [];
  return [
    {
      name: 'client id taken over',
      breaks: 'broker',
      lasts: [0, 3],
      async inject(_world, draws) {
        const stranger = connect(sessions.url, {
          clientId: draws.pick(sessions.clientIds),
          protocolVersion: 5,
          clean: false,
          properties: { sessionExpiryInterval: SESSION_EXPIRY },
          reconnectPeriod: 0,
        });
        stranger.on('error', () => undefined);
        stranger.handleMessage = () => undefined;
        await new Promise<void>((resolve) => stranger.once('connect', () => resolve()).once('close', () => resolve()));
        return () => void stranger.end(true);
      },
    },
  ];
};
