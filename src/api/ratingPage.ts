import type { LocalText } from '../domain/model.ts';
import { escapeMarkup, formatDate } from '../domain/text.ts';
import type { RatingForm } from '../ports/outcomes.ts';
import { formPolicy } from './formPages.ts';

const STYLE = `
*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;color:#1a2530;background:#f4f6f8}
main{max-width:34rem;margin:2rem auto;padding:1.5rem;background:#fff;border-radius:.75rem}
h1{font-size:1.3rem;margin:0 0 .25rem}p{margin:.5rem 0}small,.zh{color:#5a6875}
fieldset{border:0;margin:1.25rem 0;padding:0;display:flex;gap:.5rem;flex-wrap:wrap}legend{padding:0 0 .5rem}
.mark{flex:1;min-width:3.5rem;text-align:center;padding:.6rem .25rem;border:1px solid #b9c4cd;border-radius:.5rem}
.mark input{width:1.25rem;height:1.25rem}textarea{width:100%;min-height:6rem;padding:.5rem;font:inherit}
button{font:inherit;padding:.6rem 1.5rem;border:0;border-radius:.5rem;background:#0b5cad;color:#fff}
.done{padding:.6rem .8rem;background:#e5f4e8;border-radius:.5rem}
:focus-visible{outline:3px solid #f0a202;outline-offset:2px}
`;

export const RATING_POLICY = formPolicy(STYLE);

export const COMMENT_LENGTH = 2000;

const MARKS: readonly LocalText[] = [
  { en: 'bad', zh: '很差' },
  { en: 'poor', zh: '较差' },
  { en: 'fair', zh: '一般' },
  { en: 'good', zh: '良好' },
  { en: 'very good', zh: '很好' },
];

/** The form, with what was said before; `fault`: nothing was chosen. */
export function ratingPage({ ticket, assetName, rating }: RatingForm, fault = false): string {
  const { title, number, closedAt } = ticket;
  const when = closedAt === undefined ? '' : ` · ${formatDate(closedAt)}`;
  const said = rating
    ? `<p class="done" role="status">Thank you. You chose ${rating.score} of 5; you may change it.<br><span class="zh" lang="zh">谢谢！您的评分为 ${rating.score}/5，可以修改。</span></p>`
    : '';
  const missing = fault ? '<p role="alert">Please choose 1 to 5. <span lang="zh">请选择 1 到 5。</span></p>' : '';
  return page(
    { en: 'How did we do?', zh: '您对我们的服务满意吗？' },
    `<p>${escapeMarkup(assetName)}: ${escapeMarkup(title.en)}<br><span class="zh" lang="zh">${escapeMarkup(title.zh)}</span></p>
<p><small>#${number}${when}</small></p>${said}${missing}
<form method="post"><fieldset><legend>Your rating / <span lang="zh">您的评分</span></legend>${MARKS.map((_, at) => mark(at + 1, rating?.score)).join('')}</fieldset>
<p><label for="comment">What should we do better? / <span lang="zh">我们可以改进什么？</span></label>
<textarea id="comment" name="comment" maxlength="${COMMENT_LENGTH}">${escapeMarkup(rating?.comment ?? '')}</textarea></p>
<button type="submit">Send / <span lang="zh">提交</span></button></form>`,
  );
}

const NOTICES = {
  unknown: {
    en: 'This link is not valid. Please use the one that we sent you.',
    zh: '链接无效，请使用我们发送给您的链接。',
  },
  expired: { en: 'The time to rate this is over. Thank you all the same.', zh: '评分时间已过，仍然感谢您。' },
  often: { en: 'That was too often. Please try again in a minute.', zh: '操作过于频繁，请一分钟后再试。' },
} as const satisfies Record<string, LocalText>;

export function noticePage(notice: keyof typeof NOTICES): string {
  const { en, zh } = NOTICES[notice];
  return page({ en: 'Rating', zh: '评分' }, `<p>${en}</p><p class="zh" lang="zh">${zh}</p>`);
}

function mark(value: number, chosen: number | undefined): string {
  const { en, zh } = MARKS[value - 1]!;
  const checked = value === chosen ? ' checked' : '';
  return `<label class="mark"><input type="radio" name="score" value="${value}" required${checked}><br>${value}<br><small>${en}<br><span lang="zh">${zh}</span></small></label>`;
}

function page(title: LocalText, content: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex"><title>${title.en} / ${title.zh}</title><style>${STYLE}</style></head>
<body><main><h1>${title.en}</h1><p class="zh" lang="zh">${title.zh}</p>${content}</main></body></html>
`;
}
