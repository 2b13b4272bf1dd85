import { connectAsync } from 'mqtt';
import { SECOND } from '../../../domain/time.ts';
import { readCredentials } from './credentials.ts';
import { clientOptions, type MqttBrokerOptions } from './options.ts';

/**
 * Has the broker throw away the session of this client id, with all that is in it. Tried again every second until it
 * has been done; rejects when the signal aborts, or when `stillOurs` does, which is asked before each attempt. `gone`
 * is told as soon as the broker has done it.
 */
export async function forgetSession(
  options: MqttBrokerOptions,
  signal: AbortSignal,
  stillOurs: () => Promise<void> = async () => undefined,
  gone: () => void = () => undefined,
): Promise<void> {
  for (;;) {
    await stillOurs();
    try {
      const client = await connectAsync(options.url, cleanOptions(options), false);
      gone();
      await client.endAsync();
      return;
    } catch (error) {
      options.log.debug({ err: error, clientId: options.clientId }, 'the session could not be ended; trying again');
      await options.clock.sleep(SECOND, signal);
    }
  }
}

function cleanOptions(options: MqttBrokerOptions) {
  const { properties, ...plain } = clientOptions(options, readCredentials(options));
  return { ...plain, clean: true, ...(properties && { properties: { ...properties, sessionExpiryInterval: 0 } }) };
}
