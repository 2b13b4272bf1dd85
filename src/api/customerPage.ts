import {
  CUSTOMER_STEPS,
  type CustomerClosedTicket,
  type CustomerComponent,
  type CustomerTicket,
  type CustomerView,
} from '../domain/customerView.ts';
import type { LocalText } from '../domain/model.ts';
import { escapeMarkup } from '../domain/text.ts';
import { DAY, type Timestamp } from '../domain/time.ts';
import {
  COMPONENT_WORDS,
  dayText,
  type Language,
  momentText,
  STATE_WORDS,
  STEP_WORDS,
  WORDS,
} from './customerWords.ts';
import { formPolicy } from './formPages.ts';

const STYLE = `
:root{color-scheme:light dark;--text:#1a2530;--soft:#55626e;--page:#f3f5f7;--card:#fff;--line:#ccd5dc;--link:#0b5cad;--on:#fff;
--good:#1d6b34;--goodbg:#e4f4e8;--warn:#7a4a00;--warnbg:#fdf0d8;--bad:#a11a1a;--badbg:#fde8e6}
@media(prefers-color-scheme:dark){:root{--text:#e6ebef;--soft:#a3b0bb;--page:#10161c;--card:#1a222a;--line:#3a4650;--link:#7db8f5;--on:#0c1a28;
--good:#8fdba4;--goodbg:#16301e;--warn:#f4c97a;--warnbg:#35280f;--bad:#ffaaa3;--badbg:#3d1917}}
*{box-sizing:border-box}body{margin:0;font:17px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);overflow-wrap:anywhere}
main,header{max-width:36rem;margin:0 auto;padding:1rem}header{display:flex;justify-content:flex-end;padding-bottom:0}
a{color:var(--link)}header a,.rate{display:inline-flex;align-items:center;min-height:44px}
h1{font-size:1.5rem;line-height:1.25;margin:0}h2{font-size:1.15rem;margin:0 0 .75rem}h3{font-size:1rem;margin:0}p{margin:.4rem 0}
small,.soft{color:var(--soft);font-size:.92rem}section{background:var(--card);border:1px solid var(--line);border-radius:.75rem;padding:1rem;margin:1rem 0}
.state{font-size:1.15rem;font-weight:600;padding:.8rem 1rem;border-radius:.6rem;background:var(--page);margin:.9rem 0 .4rem}
.good{color:var(--good);background:var(--goodbg)}.soon{color:var(--warn);background:var(--warnbg)}.urgent{color:var(--bad);background:var(--badbg)}
ul,ol{list-style:none;margin:0;padding:0}li+li,article+article{border-top:1px solid var(--line)}.parts li,article{padding:.6rem 0}
.parts b{display:block}.steps{display:flex;gap:.25rem;margin:.6rem 0}.steps li{flex:1;border:0;border-top:4px solid var(--line);padding-top:.3rem;font-size:.85rem;color:var(--soft)}
.steps .past,.steps [aria-current]{border-color:var(--link);color:var(--text)}.steps [aria-current]{font-weight:700}
label{display:block;margin:.8rem 0 .25rem;font-weight:600}textarea,input,select{width:100%;font:inherit;padding:.7rem;min-height:48px;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:.5rem}
textarea{min-height:7rem}button{width:100%;margin-top:1rem;min-height:48px;font:inherit;font-weight:600;border:0;border-radius:.5rem;background:var(--link);color:var(--on)}
.said{padding:.8rem 1rem;border-radius:.6rem}:focus-visible{outline:3px solid #d98e04;outline-offset:2px}
`;

export const CUSTOMER_POLICY = formPolicy(STYLE);

export const TEXT_LENGTH = 2000;
export const CONTACT_LENGTH = 120;

/** Beyond it an end is not worth a date. */
const FAR = 365 * DAY;

export interface CustomerForm {
  readonly text: string;
  readonly phone: string;
  readonly email: string;
  readonly about: string;
}

export interface CustomerPageOptions {
  readonly language: Language;
  /** Of the site. */
  readonly zone: string;
  readonly now: Timestamp;
  /** Number of the ticket of what was just said. */
  readonly sent?: number | undefined;
  /** What was written and not taken, and why. */
  readonly refused?: { readonly form: CustomerForm; readonly reason: 'missing' | 'often' } | undefined;
}

/** The page of an asset for its customer, in one language. */
export function customerPage(view: CustomerView, options: CustomerPageOptions): string {
  const { language, zone, now, sent } = options;
  const say = (text: LocalText) => escapeMarkup(text[language]);
  const { name, model, state, heardAt, components, tickets, closed } = view;
  const heard =
    heardAt === undefined
      ? ''
      : `<p class="soft">${say(WORDS.lastHeard)}${colonOf(language)}${momentText(heardAt, language, zone)}</p>`;
  const isTold = tickets.some(({ number }) => number === sent);
  const thanks = !isTold ? '' : `<p class="said good" role="status">${say(WORDS.thanks)} ${sent}</p>`;
  const content = [
    `<h1>${escapeMarkup(name)}</h1><p class="soft">${say(model)}</p><p class="state ${state}">${say(STATE_WORDS[state])}</p>${heard}${thanks}`,
    section(
      say(WORDS.open),
      tickets.length === 0 ? `<p>${say(WORDS.noneOpen)}</p>` : tickets.map((one) => openTicket(one, options)).join(''),
    ),
    components.length === 0
      ? ''
      : section(
          say(WORDS.components),
          `<ul class="parts">${components.map((one) => component(one, options)).join('')}</ul>`,
        ),
    closed.length === 0
      ? ''
      : section(say(WORDS.closed), closed.map((one) => closedTicket(one, language, zone, now)).join('')),
    section(say(WORDS.ask), form(tickets, options)),
  ];
  return page(name, language, content.join('\n'));
}

/** For links that lead to nothing. */
export function customerNotice(notice: 'unknown' | 'ended' | 'often', language: Language): string {
  const title = WORDS.page[language];
  return page(title, language, `<h1>${title}</h1><section><p>${WORDS[notice][language]}</p></section>`);
}

function component({ name, state, endsFrom, used }: CustomerComponent, options: CustomerPageOptions): string {
  const { language, zone, now } = options;
  const said = [COMPONENT_WORDS[state][language]];
  if (endsFrom !== undefined) {
    if (endsFrom <= now) said.push(WORDS.dueNow[language]);
    else if (endsFrom > now + FAR) said.push(WORDS.longYet[language]);
    else said.push(`${WORDS.replaceBy[language]} ${dayText(endsFrom, language, zone, now)}`);
  }
  if (used !== undefined) said.push(usedText(used, language));
  const separator = language === 'zh' ? '；' : '; ';
  const joined = said.join(separator);
  const sentence = language === 'en' ? joined.charAt(0).toUpperCase() + joined.slice(1) : joined;
  return `<li><b>${escapeMarkup(name[language])}</b> ${escapeMarkup(sentence)}</li>`;
}

function usedText(used: number, language: Language): string {
  const percent = Math.round(used * 100);
  return language === 'zh' ? `已使用约 ${percent}% 的寿命` : `about ${percent} % of its life used`;
}

function openTicket(ticket: CustomerTicket, { language, zone, now }: CustomerPageOptions): string {
  const { number, title, openedAt, step, underWay, visitAt, waitsForCustomer, putOffUntil } = ticket;
  const say = (text: LocalText) => escapeMarkup(text[language]);
  const colon = colonOf(language);
  const notes = [
    visitAt === undefined ? '' : `<b>${say(WORDS.visit)}</b>${colon}${momentText(visitAt, language, zone)}`,
    underWay ? say(WORDS.underWay) : '',
    putOffUntil === undefined ? '' : `${say(WORDS.putOff)} ${dayText(putOffUntil, language, zone, now)}`,
    waitsForCustomer ? `<b>${say(WORDS.waits)}</b>` : '',
  ].filter(Boolean);
  return `<article><h3>${say(title)}</h3><p class="soft">${say(WORDS.ticket)} ${number} · ${say(WORDS.since)} ${dayText(openedAt, language, zone, now)}</p>
${steps(step, language)}${notes.map((note) => `<p>${note}</p>`).join('')}</article>`;
}

function colonOf(language: Language): string {
  return language === 'zh' ? '：' : ': ';
}

/** Readable without its looks: what is past has a tick. */
function steps(current: CustomerTicket['step'], language: Language): string {
  const reached = CUSTOMER_STEPS.indexOf(current);
  const items = CUSTOMER_STEPS.map((step, at) => {
    const word = STEP_WORDS[step][language];
    if (at < reached) return `<li class="past">✓ ${word}</li>`;
    return at === reached ? `<li aria-current="step">● ${word}</li>` : `<li>○ ${word}</li>`;
  });
  return `<ol class="steps" aria-label="${WORDS.progress[language]}">${items.join('')}</ol>`;
}

function closedTicket(
  { number, title, closedAt, rateUrl, score }: CustomerClosedTicket,
  ...when: [Language, string, Timestamp]
): string {
  const [language] = when;
  const say = (text: LocalText) => escapeMarkup(text[language]);
  const rated = score === undefined ? '' : `<p>${say(WORDS.rated)}${colonOf(language)}${score}/5</p>`;
  const rate = rateUrl === undefined ? '' : `<a class="rate" href="${escapeMarkup(rateUrl)}">${say(WORDS.rate)}</a>`;
  return `<article><h3>${say(title)}</h3><p class="soft">${say(WORDS.ticket)} ${number} · ${dayText(closedAt, ...when)}</p>${rated}${rate}</article>`;
}

function form(tickets: readonly CustomerTicket[], { language, refused }: CustomerPageOptions): string {
  const say = (text: LocalText) => escapeMarkup(text[language]);
  const { text = '', phone = '', email = '', about = '' } = refused?.form ?? {};
  const problem = refused ? `<p class="said urgent" role="alert" id="problem">${say(WORDS[refused.reason])}</p>` : '';
  const options = tickets.map(({ number, title }) => {
    const chosen = String(number) === about ? ' selected' : '';
    return `<option value="${number}"${chosen}>${say(WORDS.ticket)} ${number}: ${say(title)}</option>`;
  });
  const which =
    options.length === 0
      ? ''
      : `<label for="about">${say(WORDS.about)}</label><select id="about" name="about"><option value="">${say(WORDS.somethingNew)}</option>${options.join('')}</select>`;
  return `${problem}<form method="post" action="?lang=${language}">
<label for="text">${say(WORDS.what)}</label><textarea id="text" name="text" required maxlength="${TEXT_LENGTH}"${problem && ' aria-describedby="problem"'}>${escapeMarkup(text)}</textarea>
${which}<label for="phone">${say(WORDS.phone)}</label><input id="phone" name="phone" type="tel" autocomplete="tel" maxlength="${CONTACT_LENGTH}" value="${escapeMarkup(phone)}">
<label for="email">${say(WORDS.email)}</label><input id="email" name="email" type="email" autocomplete="email" maxlength="${CONTACT_LENGTH}" value="${escapeMarkup(email)}">
<button type="submit">${say(WORDS.send)}</button></form>`;
}

function section(title: string, content: string): string {
  return `<section><h2>${title}</h2>${content}</section>`;
}

function page(title: string, language: Language, content: string): string {
  const other = language === 'en' ? 'zh' : 'en';
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${escapeMarkup(title)}</title><style>${STYLE}</style></head>
<body><header><a href="?lang=${other}" lang="${other}" hreflang="${other}">${WORDS.other[other]}</a></header><main>${content}</main></body></html>
`;
}
