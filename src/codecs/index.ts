import { createAwsShadowCodec } from './awsShadow.ts';
import { createAzureIotCodec } from './azureIot.ts';
import { createCborCodec } from './cbor.ts';
import type { CodecDefinition } from './codec.ts';
import { checkCsv, createCsvCodec } from './csv.ts';
import { createInfluxLineCodec } from './influxLine.ts';
import { createJsonCodec } from './json.ts';
import { checkJsonata, createJsonataCodec } from './jsonata.ts';
import { createMsgpackCodec } from './msgpack.ts';
import { createOpcUaJsonCodec } from './opcuaJson.ts';
import { createPlainTextCodec } from './plainText.ts';
import { createSenmlCborCodec, createSenmlJsonCodec } from './senml.ts';
import { checkSenml } from './senmlNames.ts';
import { checkSparkplug, createSparkplugCodec } from './sparkplug/index.ts';
import { createTasmotaCodec, TASMOTA_HOUSEKEEPING } from './tasmota.ts';
import { createThingsBoardCodec } from './thingsboard.ts';
import { createZigbee2MqttCodec, ZIGBEE2MQTT_HOUSEKEEPING } from './zigbee2mqtt.ts';

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
  jsonata: {
    create: createJsonataCodec,
    namesSubject: true,
    hasEmptyMessages: true,
    section: 'expression',
    check: checkJsonata,
  },
  thingsboard: { create: createThingsBoardCodec, namesSubject: true },
  'azure-iot': { create: createAzureIotCodec, namesSubject: true, hasEmptyMessages: true },
  'aws-shadow': { create: createAwsShadowCodec, namesSubject: false, hasEmptyMessages: true },
  tasmota: { create: createTasmotaCodec, namesSubject: false, housekeeping: TASMOTA_HOUSEKEEPING },
  zigbee2mqtt: {
    create: createZigbee2MqttCodec,
    namesSubject: false,
    hasEmptyMessages: true,
    housekeeping: ZIGBEE2MQTT_HOUSEKEEPING,
  },
  'opcua-json': { create: createOpcUaJsonCodec, namesSubject: true, hasEmptyMessages: true },
  text: { create: createPlainTextCodec, namesSubject: false },
};
