import type { Codec } from './codec.ts';
import { flatten } from './flatten.ts';
import { Grouped } from './grouped.ts';
import { jsonReader, shapeOf } from './jsonReader.ts';
import { isObject, type Values } from './objects.ts';

const refuse = shapeOf('a shadow document like {"state": {"reported": {…}}} or {"current": {"state": …}}');

/**
 * What a thing reports to its AWS IoT Device Shadow, as sent to `…/shadow/update` and published to `…/update/accepted`
 * and `…/update/documents` (of which the current document counts). Names are dotted. Each value is of the time in the
 * metadata, in seconds; without it, of the document's. What only desires something holds no values.
 */
export function createAwsShadowCodec(): Codec {
  return jsonReader((parsed) => {
    const document = isObject(parsed) && isObject(parsed.current) ? parsed.current : parsed;
    if (!isObject(document) || !isObject(document.state)) return [refuse(parsed)];
    const { reported } = document.state;
    if (reported === undefined || reported === null) return [];
    if (!isObject(reported)) return [refuse(reported)];
    const metadata = isObject(document.metadata) ? document.metadata.reported : undefined;
    const whole = document.timestamp ?? (parsed as Values).timestamp;
    return readingsOf(reported, isObject(metadata) ? flatten(metadata) : {}, whole);
  });
}

function readingsOf(reported: Values, times: Values, whole: unknown) {
  const grouped = new Grouped();
  for (const [name, value] of Object.entries(flatten(reported))) {
    // A name that is set to null is removed from the shadow.
    if (value !== null) grouped.add(name, value, times[`${name}.timestamp`] ?? whole);
  }
  return grouped.readings();
}
