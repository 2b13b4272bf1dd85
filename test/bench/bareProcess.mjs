// What Fettle is compared with: parses each message and acknowledges it. node bareProcess.mjs <URL> <client id> <MQTT version>
import { connect } from 'mqtt';
import { serveParent } from './counting.mjs';

const [url, clientId, version] = process.argv.slice(2);
let received = 0;
let subscribed = false;
const client = connect(url, {
  clientId,
  protocolVersion: Number(version),
  clean: false,
  ...(version === '5' && { properties: { sessionExpiryInterval: 3600, receiveMaximum: 20_000 } }),
});
client.on('message', (_topic, payload) => {
  if (typeof JSON.parse(payload.toString()) === 'object') received++;
});
await client.subscribeAsync('fettle/+/+/telemetry', { qos: 1 });
subscribed = true;

serveParent({
  ready: () => subscribed,
  // MQTT.js writes the PUBACK in the turn of the message.
  read: () => ({ received, settled: received }),
  problems: () => [],
  stop: () => client.endAsync(),
});
