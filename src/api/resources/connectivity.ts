import { type Static, Type } from 'typebox';
import { BY_DATA, CONNECTIVITY_STATES, type Connectivity } from '../../domain/connectivity.ts';
import { formatTime } from '../times.ts';
import { oneOf, Time } from './common.ts';

export const ConnectivityStateSchema = oneOf(CONNECTIVITY_STATES, {
  description: 'What it or its broker said of its connection, which is not its health; absent where nothing was said',
});

export const ConnectivitySchema = Type.Object(
  {
    state: oneOf(CONNECTIVITY_STATES),
    since: Time,
    by: Type.String({
      description: `Id of the source that said so; \`${BY_DATA}\`: telemetry came after it was said to be offline`,
    }),
    retained: Type.Boolean({
      description:
        'From a message that the broker had kept: it was so at some time before `since`, and may be old news',
    }),
  },
  { $id: 'Connectivity', description: 'Whether an asset has its connection, by what it or its broker said' },
);

export function presentConnectivity({ state, since, by, retained }: Connectivity): Static<typeof ConnectivitySchema> {
  return { state, since: formatTime(since), by, retained };
}
