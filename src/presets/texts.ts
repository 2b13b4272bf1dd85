export const LANGUAGES = ['en', 'zh'] as const;
export type Language = (typeof LANGUAGES)[number];

export interface DeskTexts {
  readonly opened: string;
  readonly updated: string;
  readonly closed: string;
}

const FACTS_EN = `Asset: {{ ticket.assetId }} at {{ ticket.siteId }}{% if ticket.customerId %}, customer {{ ticket.customerId }}{% endif %}
Component: {{ ticket.componentId }}, failure mode: {{ ticket.failureModeId }}
Severity: {{ ticket.severity }}, priority: {{ ticket.priority }}
{%- if ticket.doBy %}
Do by: {{ ticket.doBy | date: '%Y-%m-%d %H:%M', 'UTC' }} UTC
{%- endif %}
{%- if ticket.forecast.p50 %}
End of life: {{ ticket.forecast.p50 | date: '%Y-%m-%d', 'UTC' }} (P10 {{ ticket.forecast.p10 | date: '%Y-%m-%d', 'UTC' }}{% if ticket.forecast.p90 %}, P90 {{ ticket.forecast.p90 | date: '%Y-%m-%d', 'UTC' }}{% endif %})
{%- endif %}
{%- if ticket.part %}
Part: {{ ticket.part.number }}{% if ticket.part.name %} {{ ticket.part.name.en }}{% endif %}
{%- endif %}
{%- if ticket.ruleId %}
Rule: {{ ticket.ruleId }}, version {{ ticket.ruleVersion }}
{%- endif %}
{%- if ticket.chart %}
Chart: {{ ticket.chart }}
{%- endif %}
Fettle ticket {{ ticket.number }}`;

const FACTS_ZH = `资产：{{ ticket.assetId }}（{{ ticket.siteId }}）{% if ticket.customerId %}，客户 {{ ticket.customerId }}{% endif %}
部件：{{ ticket.componentId }}，故障模式：{{ ticket.failureModeId }}
严重程度：{{ ticket.severity }}，优先级：{{ ticket.priority }}
{%- if ticket.doBy %}
最晚处理时间：{{ ticket.doBy | date: '%Y-%m-%d %H:%M', 'UTC' }} UTC
{%- endif %}
{%- if ticket.forecast.p50 %}
预计寿命终点：{{ ticket.forecast.p50 | date: '%Y-%m-%d', 'UTC' }}（P10 {{ ticket.forecast.p10 | date: '%Y-%m-%d', 'UTC' }}{% if ticket.forecast.p90 %}，P90 {{ ticket.forecast.p90 | date: '%Y-%m-%d', 'UTC' }}{% endif %}）
{%- endif %}
{%- if ticket.part %}
备件：{{ ticket.part.number }}{% if ticket.part.name %} {{ ticket.part.name.zh }}{% endif %}
{%- endif %}
{%- if ticket.ruleId %}
规则：{{ ticket.ruleId }}，版本 {{ ticket.ruleVersion }}
{%- endif %}
{%- if ticket.chart %}
图表：{{ ticket.chart }}
{%- endif %}
Fettle 工单 {{ ticket.number }}`;

const NEWS = '{% for entry in news %}\n- {{ entry.text }}{% endfor %}';

/** What a desk is told where the installation has no words of its own. */
export const TEXTS: Readonly<Record<Language, DeskTexts>> = {
  en: {
    opened: `{{ summary }}\n\n${FACTS_EN}`,
    updated: `{{ summary }}\n${NEWS}\n\n${FACTS_EN}`,
    closed: `Closed in Fettle: {{ ticket.closing.outcome | default: ticket.status }}.{% if ticket.closing.note %} {{ ticket.closing.note }}{% endif %}`,
  },
  zh: {
    opened: `{{ summary }}\n\n${FACTS_ZH}`,
    updated: `{{ summary }}\n${NEWS}\n\n${FACTS_ZH}`,
    closed: `已在 Fettle 中关闭：{{ ticket.closing.outcome | default: ticket.status }}。{% if ticket.closing.note %}{{ ticket.closing.note }}{% endif %}`,
  },
};
