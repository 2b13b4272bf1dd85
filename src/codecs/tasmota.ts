import type { Codec } from './codec.ts';
import { flatten } from './flatten.ts';
import { jsonReader, shapeOf } from './jsonReader.ts';
import { isObject, type Values } from './objects.ts';

const refuse = shapeOf('an object like {"Time": "2024-01-01T12:00:00", "ENERGY": {"Power": 12}}');

/** By what a name ends in, the field that tells its unit. */
const UNIT_FIELDS: Readonly<Record<string, string>> = {
  Temperature: 'TempUnit',
  DewPoint: 'TempUnit',
  Pressure: 'PressureUnit',
  SeaPressure: 'PressureUnit',
  Speed: 'SpeedUnit',
};

const UNITS: Readonly<Record<string, string>> = { C: '°C', F: '°F', K: 'K' };

/** Of `tele/…/STATE`: what the device says of itself. */
export const TASMOTA_HOUSEKEEPING = [
  'Uptime',
  'UptimeSec',
  'Heap',
  'SleepMode',
  'Sleep',
  'LoadAvg',
  'MqttCount',
  'Berry.HeapUsed',
  'Berry.Objects',
  'Wifi.AP',
  'Wifi.SSId',
  'Wifi.BSSId',
  'Wifi.Channel',
  'Wifi.Mode',
  'Wifi.RSSI',
  'Wifi.Signal',
  'Wifi.LinkCount',
  'Wifi.Downtime',
  'ENERGY.TotalStartTime',
];

/**
 * Tasmota's `tele/…/SENSOR` and `tele/…/STATE`, and what `stat/…/STATUS8`, `STATUS10` and `STATUS11` answer. Names are
 * dotted, like `ENERGY.Power`. `Time` is local and has no zone: the source declares it. `TempUnit`, `PressureUnit` and
 * `SpeedUnit` tell the units of temperatures, pressures and speeds.
 */
export function createTasmotaCodec(): Codec {
  return jsonReader((parsed) => {
    const status = isObject(parsed) ? (parsed.StatusSNS ?? parsed.StatusSTS ?? parsed) : parsed;
    if (!isObject(status)) return [refuse(parsed)];
    const { TempUnit, PressureUnit, SpeedUnit, Time, ...rest } = status;
    const values = flatten(rest);
    return [{ time: Time, values, timeName: undefined, units: unitsOf(values, { TempUnit, PressureUnit, SpeedUnit }) }];
  });
}

function unitsOf(values: Values, told: Values): Record<string, string> {
  const units = Object.create(null) as Record<string, string>;
  for (const name of Object.keys(values)) {
    const field = UNIT_FIELDS[name.slice(name.lastIndexOf('.') + 1)];
    const unit = field === undefined ? undefined : told[field];
    if (typeof unit === 'string') units[name] = UNITS[unit] ?? unit;
  }
  return units;
}
