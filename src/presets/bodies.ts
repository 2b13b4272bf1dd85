import type { LocalText } from '../domain/model.ts';

const EN = `{% for note in safety %}Safety: {{ note }}
{% endfor %}{% if safety.size > 0 %}
{% endif %}{{ summary }}

Asset: {{ asset.name }}{% if asset.name != asset.id %} ({{ asset.id }}){% endif %}{% if asset.model != '' %}, {{ asset.model }}{% endif %}{% if asset.serial %}, serial number {{ asset.serial }}{% endif %}
Site: {{ asset.site }}{% if asset.customer %}, customer {{ asset.customer }}{% endif %}
{%- if component %}
Component: {{ component }}
{%- endif %}
Failure mode: {{ failureMode }}
Severity: {{ severity }}, priority {{ ticket.priority }}
{%- if doBy %}
Do by: {{ doBy }}
{%- endif %}
{%- if part %}
Part: {{ part.number }}{% if part.name %} {{ part.name }}{% endif %}, lead time {{ part.leadTime }}
{%- endif %}
Entitlement: {{ entitlement }}

Evidence
{%- if window %}
- Seen from {{ window.from }} to {{ window.to }}
{%- endif %}
{%- if remaining %}
- Remaining life: {% for one in remaining %}{{ one.name }} {{ one.text }}{% unless forloop.last %}, {% endunless %}{% endfor %}
{%- endif %}
{%- if usage %}
- Used: {{ usage }}
{%- endif %}
{%- if ticket.ruleId %}
- Rule {{ ticket.ruleId }}, version {{ ticket.ruleVersion }}
{%- endif %}
{%- if links.chart %}
- Chart: {{ links.chart }}
{%- endif %}
{%- if solutions.size > 0 or advice.size > 0 %}

Known solutions
{%- for one in solutions %}
- {{ one.text }}: helped {{ one.helped }} of {{ one.times }} times, last {{ one.lastAt }}
{%- endfor %}
{%- for one in advice %}
- {{ one }}
{%- endfor %}
{%- endif %}
{%- if earlier.size > 0 %}

Earlier tickets of this component
{%- for one in earlier %}
- {{ one.closedAt }} #{{ one.number }}: {{ one.outcome }}{% if one.note %}: {{ one.note }}{% endif %}
{%- endfor %}
{%- endif %}

Ticket: {{ links.ticket }}
Asset: {{ links.asset }}
{%- if links.dashboard %}
Dashboard: {{ links.dashboard }}
{%- endif %}
Fettle ticket {{ ticket.number }}`;

const ZH = `{% for note in safety %}安全提示：{{ note }}
{% endfor %}{% if safety.size > 0 %}
{% endif %}{{ summary }}

资产：{{ asset.name }}{% if asset.name != asset.id %}（{{ asset.id }}）{% endif %}{% if asset.model != '' %}，{{ asset.model }}{% endif %}{% if asset.serial %}，序列号 {{ asset.serial }}{% endif %}
站点：{{ asset.site }}{% if asset.customer %}，客户 {{ asset.customer }}{% endif %}
{%- if component %}
部件：{{ component }}
{%- endif %}
故障模式：{{ failureMode }}
严重程度：{{ severity }}，优先级 {{ ticket.priority }}
{%- if doBy %}
最晚处理时间：{{ doBy }}
{%- endif %}
{%- if part %}
备件：{{ part.number }}{% if part.name %} {{ part.name }}{% endif %}，到货时间 {{ part.leadTime }}
{%- endif %}
服务权益：{{ entitlement }}

依据
{%- if window %}
- 观察时段：{{ window.from }} 至 {{ window.to }}
{%- endif %}
{%- if remaining %}
- 剩余寿命：{% for one in remaining %}{{ one.name }} {{ one.text }}{% unless forloop.last %}，{% endunless %}{% endfor %}
{%- endif %}
{%- if usage %}
- 已使用：{{ usage }}
{%- endif %}
{%- if ticket.ruleId %}
- 规则 {{ ticket.ruleId }}，版本 {{ ticket.ruleVersion }}
{%- endif %}
{%- if links.chart %}
- 图表：{{ links.chart }}
{%- endif %}
{%- if solutions.size > 0 or advice.size > 0 %}

已知解决办法
{%- for one in solutions %}
- {{ one.text }}：{{ one.times }} 次中 {{ one.helped }} 次有效，最近 {{ one.lastAt }}
{%- endfor %}
{%- for one in advice %}
- {{ one }}
{%- endfor %}
{%- endif %}
{%- if earlier.size > 0 %}

该部件以往工单
{%- for one in earlier %}
- {{ one.closedAt }} #{{ one.number }}：{{ one.outcome }}{% if one.note %}：{{ one.note }}{% endif %}
{%- endfor %}
{%- endif %}

工单：{{ links.ticket }}
资产：{{ links.asset }}
{%- if links.dashboard %}
仪表盘：{{ links.dashboard }}
{%- endif %}
Fettle 工单 {{ ticket.number }}`;

/** What a ticket says where the installation has no words of its own. */
export const BODIES: LocalText = { en: EN, zh: ZH };
