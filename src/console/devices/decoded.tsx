import type { DecodeTrial } from '../api/types';
import { texts, useFormat, useText } from '../i18n';

const decodedTexts = texts(
  { caption: 'Decoded values', asset: 'Asset', metric: 'Metric', value: 'Value', time: 'Time', refused: 'Not taken' },
  { caption: '解码后的数值', asset: '设备', metric: '指标', value: '数值', time: '时间', refused: '未接收' },
);

/** What a source makes of a message: values, and what it refuses with the reason. */
export function Decoded({ source }: { source: DecodeTrial['sources'][number] }) {
  const t = useText(decodedTexts);
  const format = useFormat();
  const { samples, rejections } = source;
  return (
    <div class="stack">
      {samples.length > 0 && (
        <div class="table-wrap">
          <table class="table">
            <caption class="visually-hidden">{t.caption}</caption>
            <thead>
              <tr>
                <th scope="col">{t.metric}</th>
                <th scope="col" class="numeric">
                  {t.value}
                </th>
                <th scope="col">{t.time}</th>
              </tr>
            </thead>
            <tbody>
              {samples.map(({ metric, time, value, unit, symbol }) => (
                <tr key={`${metric} ${time}`}>
                  <td>
                    <code>{metric}</code>
                  </td>
                  <td class="numeric">{symbol ?? format.quantity(value, unit)}</td>
                  <td>{format.dateTime(time)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {rejections.length > 0 && (
        <div class="note warning">
          <div>
            <strong>{t.refused}</strong>
            <ul>
              {rejections.map(({ reason, metric, detail }) => (
                <li key={`${reason} ${metric}`}>
                  {metric !== undefined && <code>{metric}</code>} <span lang="en">{detail}</span>
                </li>
              ))}
            </ul>
          </div>
        </div>
      )}
    </div>
  );
}
