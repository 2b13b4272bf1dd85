/** A model for tests of the whole service: a rule of each way in which a ticket can come and go. */
export function rigModel({ pressureCap = 1000, reopenWithin = '7d' } = {}) {
  return {
    id: 'rig',
    name: { en: 'Test rig', zh: '测试台' },
    metrics: [
      { id: 'temperature', kind: 'number', unit: '°C', range: [-40, 200], name: { en: 'Temperature', zh: '温度' } },
      { id: 'pressure', kind: 'number', unit: 'bar', range: [0, 20], name: { en: 'Pressure', zh: '压力' } },
      { id: 'hours', kind: 'number', unit: 'h', range: [0, 100_000], name: { en: 'Running hours', zh: '运行小时' } },
      { id: 'ink', kind: 'number', unit: '%', range: [0, 100], name: { en: 'Ink left', zh: '剩余墨水' } },
      { id: 'running', kind: 'state', codes: { stopped: 0, running: 1 } },
      { id: 'fault', kind: 'event', codes: { none: 0, overload: 2 } },
    ],
    components: [
      {
        id: 'bearing',
        name: { en: 'Bearing', zh: '轴承' },
        part: { number: 'BRG-1', name: { en: 'Roller bearing', zh: '滚子轴承' }, leadTime: '3d' },
        failureModes: [{ id: 'overheated', name: { en: 'Too hot', zh: '过热' }, reopenWithin }],
        rules: [
          {
            id: 'temperature-high',
            kind: 'threshold',
            failureMode: 'overheated',
            mode: { default: 'live', sites: { lab: 'observe', hall: 'propose' } },
            maxTicketsPerHour: 1000,
            metric: 'temperature',
            direction: 'above',
            levels: [
              { limit: 80, severity: 'warning' },
              { limit: 95, severity: 'critical' },
            ],
            deadband: 2,
            onDelay: '2m',
            offDelay: '5m',
          },
        ],
      },
      {
        id: 'filter',
        name: { en: 'Filter', zh: '滤芯' },
        part: { number: 'FLT-9', leadTime: '2d' },
        failureModes: [
          { id: 'worn', name: { en: 'Used up', zh: '寿命用尽' } },
          { id: 'clogged', name: { en: 'Clogged', zh: '堵塞' } },
        ],
        rules: [
          {
            id: 'filter-life',
            kind: 'usage',
            failureMode: 'worn',
            mode: 'live',
            maxTicketsPerHour: 1000,
            counter: 'hours',
            life: 1000,
          },
          {
            id: 'pressure-high',
            kind: 'threshold',
            failureMode: 'clogged',
            mode: 'live',
            maxTicketsPerHour: pressureCap,
            metric: 'pressure',
            direction: 'above',
            levels: [{ limit: 10, severity: 'warning' }],
            while: { metric: 'running', above: 0 },
          },
        ],
      },
      {
        id: 'belt',
        name: { en: 'Belt', zh: '皮带' },
        failureModes: [{ id: 'worn', name: { en: 'Used up', zh: '寿命用尽' } }],
        rules: [
          {
            id: 'belt-life',
            kind: 'usage',
            failureMode: 'worn',
            mode: 'live',
            maxTicketsPerHour: 1000,
            counter: 'hours',
            life: 5000,
          },
        ],
      },
      {
        id: 'cartridge',
        name: { en: 'Cartridge', zh: '墨盒' },
        failureModes: [{ id: 'empty', name: { en: 'Empty', zh: '用尽' } }],
        rules: [
          {
            id: 'ink-life',
            kind: 'usage',
            failureMode: 'empty',
            mode: 'live',
            maxTicketsPerHour: 1000,
            counter: 'ink',
            form: 'remaining-percent',
          },
        ],
      },
    ],
  };
}

export const RIG = rigModel();

/** An asset of the rig whose components were new at commissioning. */
export function rigAsset(id: string, commissionedAt: number, more: Readonly<Record<string, unknown>> = {}) {
  const installedAt = new Date(commissionedAt).toISOString();
  return {
    id,
    model: RIG.id,
    site: 'plant',
    commissionedAt: installedAt,
    components: { filter: { installedAt, installedReading: 0 }, belt: { installedAt, installedReading: 0 } },
    ...more,
  };
}
