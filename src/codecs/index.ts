import { createCborCodec } from './cbor.ts';
import type { CodecDefinition } from './codec.ts';
import { checkCsv, createCsvCodec } from './csv.ts';
import { createInfluxLineCodec } from './influxLine.ts';
import { createJsonCodec } from './json.ts';
import { createMsgpackCodec } from './msgpack.ts';
import { createSenmlCborCodec, createSenmlJsonCodec } from './senml.ts';
import { checkSenml } from './senmlNames.ts';
import { checkSparkplug, createSparkplugCodec } from './sparkplug/index.ts';

/** The codecs by the id that a source names; where the codec of a message is guessed, the first that can read it. */
export const CODECS: Readonly<Record<string, CodecDefinition>> = {
  'sparkplug-b': { create: createSparkplugCodec, namesSubject: true, section: 'sparkplug', check: checkSparkplug },
  'senml-json': { create: createSenmlJsonCodec, namesSubject: true, section: 'senml', check: checkSenml },
  json: { create: createJsonCodec, namesSubject: false },
  'senml-cbor': { create: createSenmlCborCodec, namesSubject: true, section: 'senml', check: checkSenml },
  cbor: { create: createCborCodec, namesSubject: false },
  msgpack: { create: createMsgpackCodec, namesSubject: false },
  'influx-line': {
    create: createInfluxLineCodec,
    namesSubject: ({ influx }) => influx?.subject !== undefined,
    section: 'influx',
  },
  csv: {
    create: createCsvCodec,
    namesSubject: ({ csv }) => csv?.subject !== undefined,
    section: 'csv',
    check: checkCsv,
  },
};
