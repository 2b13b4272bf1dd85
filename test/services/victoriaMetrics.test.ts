import { describe, expect, it, onTestFinished } from 'vitest';
import { Connection } from '../../src/adapters/timeseries/influxdb/connection.ts';
import { Lines, lineOfBucket } from '../../src/adapters/timeseries/influxdb/lines.ts';
import { writeLines } from '../../src/adapters/timeseries/influxdb/writer.ts';
import { HOUR, MINUTE } from '../../src/domain/time.ts';
import { influxDbOptions } from '../support/influxDbStore.ts';
import { makeSample, makeSeries } from '../support/series.ts';
import { requireProgram } from '../support/services.ts';
import { VictoriaMetrics } from '../support/victoriaMetrics.ts';

const NOON = Math.floor(Date.now() / HOUR) * HOUR;

describe.skipIf(!requireProgram('victoria-metrics'))('a real VictoriaMetrics', () => {
  it('takes what is written in the form of InfluxDB 2: escaped, compressed, with a token', async () => {
    const server = await VictoriaMetrics.start();
    onTestFinished(() => server.remove());
    const connection = new Connection(influxDbOptions(server.url, { version: 2, org: 'a plant', token: 't=1' }));
    onTestFinished(() => connection.close());

    const ids = ['空压机-07', 'Verdichter "Süd" 1', "l'ascenseur, 2=3", 'насос\\4 %', '🛗 lift', 'a,b=c d'];
    const lines = new Lines();
    const samples = ids.flatMap((id, index) =>
      Array.from({ length: 200 }, (_, at) =>
        makeSample(makeSeries(id, `${id}:温度`), NOON - at * MINUTE, index + at / 8, { quality: 1 }),
      ),
    );
    const written = samples.map((sample) => lines.ofSample(sample));
    expect(await writeLines(connection, 'raw', written)).toEqual([]);
    const bucket = { assetId: 'a', metricId: 'm', time: NOON, min: -1, max: 2.5, mean: 1, last: 0, count: 3 };
    expect(await writeLines(connection, '1h', [lineOfBucket(bucket)])).toEqual([]);

    const values = await server.export('samples_value');
    expect(values.map(({ metric }) => metric.asset).sort()).toEqual([...ids].sort());
    for (const { metric, values: read, timestamps } of values) {
      const expected = samples.filter(({ series }) => series.assetId === metric.asset).toReversed();
      expect(metric).toMatchObject({ metric: `${metric.asset}:温度` });
      expect(timestamps).toEqual(expected.map(({ time }) => time));
      expect(read).toEqual(expected.map(({ value }) => value));
    }
    expect((await server.export('samples_quality'))[0]!.values[0]).toBe(1);
    expect((await server.export('samples_received')).map(({ values: received }) => received[0]).sort()[0]).toBe(
      (NOON - 199 * MINUTE + 250) * 1000,
    );
    expect((await server.export('samples_max')).map(({ values: max }) => max)).toEqual([[2.5]]);
  });
});
