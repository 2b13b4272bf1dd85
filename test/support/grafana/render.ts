import type { Frame } from './board.ts';
import { drawForecast, drawLines, drawTimeline, type Mark } from './draw.ts';
import { Look } from './look.ts';
import type { OpenBoard, OpenPanel } from './open.ts';

const COLUMN = 60;
const ROW = 36;

/** One HTML page with the answered data of a dashboard, laid out and coloured about as Grafana does it. */
export function renderBoard({ board, range, panels, annotations, variables }: OpenBoard): string {
  const marks: Mark[] = annotations.flatMap(({ columns, rows, name }) =>
    rows.map((row) => ({ time: (row[columns.indexOf('time')] as Date).getTime(), name })),
  );
  const chosen = [...variables.values()]
    .filter(({ definition }) => !['rp', 'step'].includes(definition.name))
    .map(
      ({ definition, chosen: picked, all }) =>
        `${definition.name}: ${all ? 'All' : picked.map(({ text }) => text).join(', ')}`,
    );
  const boxes = placed(panels).map(({ open, x, y, w, h }) => {
    const style = `left:${x * COLUMN}px;top:${y * ROW + 50}px;width:${w * COLUMN - 8}px;height:${h * ROW - 8}px`;
    const inner = { width: w * COLUMN - 30, height: h * ROW - 48 };
    const body = content(open, inner, range, marks);
    return `<section style="${style}"><h2 title="${html(open.panel.description)}">${html(open.title)}</h2>${body}</section>`;
  });
  const bottom = Math.max(...placed(panels).map(({ y, h }) => y + h)) * ROW + 60;
  return `<!doctype html><meta charset="utf-8"><title>${html(board.title)}</title><style>${STYLE}body{height:${bottom}px}</style>
<header><b>${html(board.title)}</b> &nbsp; ${html(chosen.join('  ·  '))} &nbsp; ${new Date(range.from).toISOString().slice(0, 16)} to ${new Date(range.to).toISOString().slice(0, 16)}</header>${boxes.join('\n')}`;
}

interface Placed {
  readonly open: OpenPanel;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

/** Panels that repeat share their row and push down what is below, as in Grafana. */
function placed(panels: readonly OpenPanel[]): Placed[] {
  const result: Placed[] = [];
  let pushed = 0;
  for (let at = 0; at < panels.length; ) {
    const { panel } = panels[at]!;
    const { x, y, w, h } = panel.gridPos;
    const same = panels.filter((other) => other.panel === panel);
    if (panel.repeat === undefined) {
      result.push({ open: panels[at]!, x, y: y + pushed, w, h });
    } else {
      const perRow = Math.min(same.length, panel.maxPerRow ?? 4);
      same.forEach((open, n) => {
        const width = 24 / perRow;
        result.push({ open, x: (n % perRow) * width, y: y + pushed + Math.floor(n / perRow) * h, w: width, h });
      });
      pushed += (Math.ceil(same.length / perRow) - 1) * h;
    }
    at += panel.repeat === undefined ? 1 : same.length;
  }
  return result;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function content({ panel, frames }: OpenPanel, size: Size, range: OpenBoard['range'], marks: readonly Mark[]): string {
  const look = new Look(panel, frames);
  const data = look.data(frames);
  if (data.every(({ rows }) => rows.length === 0)) return `<p>${panel.fieldConfig.defaults.noValue ?? 'No data'}</p>`;
  switch (panel.type) {
    case 'table':
      return table(data[0]!, look);
    case 'stat':
      return stats(data, look);
    case 'bargauge':
      return gauges(data[0]!, look, panel.fieldConfig.defaults.max);
    case 'timeseries':
      return drawLines(data, look, size, range, marks, panel.fieldConfig.defaults.custom?.drawStyle === 'bars');
    case 'state-timeline':
      return drawTimeline(data, look, size, range);
    case 'trend':
      return drawForecast(data[0]!, look, size);
    default:
      throw new Error(`no picture of panels of type ${panel.type}`);
  }
}

function table({ columns, rows }: Frame, look: Look): string {
  const shown = columns
    .map((column, at) => ({ column, at }))
    .filter(({ column }) => !look.properties(column).get('custom.hidden'));
  const head = shown.map(
    ({ column }) => `<th>${html(String(look.properties(column).get('displayName') ?? column))}</th>`,
  );
  const body = rows.slice(0, 30).map((row) => {
    const cells = shown.map(({ column, at }) => {
      const options = look.properties(column).get('custom.cellOptions') as { type: string } | undefined;
      const colour = options && look.colour(column, row[at]);
      const property = options?.type === 'color-background' ? 'background' : 'color';
      return `<td${colour ? ` style="${property}:${colour}"` : ''}>${html(look.text(column, row[at]))}</td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return `<table><tr>${head.join('')}</tr>${body.join('')}</table>`;
}

function stats(frames: readonly Frame[], look: Look): string {
  const columns = frames.flatMap(({ columns: all, rows }) =>
    all.map((field, at) => ({ field, value: rows.at(-1)![at] })).filter(({ field }) => field !== 'time'),
  );
  const figures = columns.map(({ field, value }) => {
    const heading = (look.properties(field).get('displayName') as string | undefined) ?? field;
    return { name: columns.length > 1 ? heading : '', field, value };
  });
  const boxes = figures.map(({ name, field, value }) => {
    return `<div><small>${html(name)}</small><b style="color:${look.colour(field, value)}">${html(look.text(field, value))}</b></div>`;
  });
  return `<div class="stats">${boxes.join('')}</div>`;
}

function gauges({ rows, columns }: Frame, look: Look, max?: number): string {
  const field = columns.at(-1)!;
  const most = max ?? Math.max(1, ...rows.map((row) => Number(row.at(-1))));
  return rows
    .map((row) => {
      const value = Number(row.at(-1));
      const colour = look.colour(field, value);
      const width = Math.min(100, (100 * value) / most);
      return `<div class="bar"><span>${html(String(row[0]))}</span><i><u style="width:${width}%;background:${colour}"></u></i><b style="color:${colour}">${look.text(field, value)}</b></div>`;
    })
    .join('');
}

function html(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const STYLE = `body{position:relative;width:1440px;margin:0;background:#111217;color:#ccccdc;font:13px Inter,Arial,sans-serif}
header{padding:14px}section{position:absolute;background:#181b1f;border:1px solid #2c3235;overflow:hidden;box-sizing:border-box}
h2{font-size:13px;margin:7px 10px}table{border-collapse:collapse;width:100%}th{text-align:left;color:#6e9fff;font-weight:500}
td,th{padding:3px 8px;border-bottom:1px solid #2c3235;white-space:nowrap;overflow:hidden;max-width:330px}p{padding:20px;color:#8e8e8e}
.stats{display:flex;justify-content:space-around;align-items:center;height:70%}.stats div{display:flex;flex-direction:column;align-items:center}
.stats b{font-size:26px}.bar{display:flex;gap:10px;padding:6px 12px;align-items:center}.bar span{width:150px}.bar i{flex:1;background:#22252b;height:18px}
.bar u{display:block;height:18px}.bar b{width:60px}svg text{fill:#9a9aa8;font-size:11px}`;
