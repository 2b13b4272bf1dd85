// Runs before the first paint, so that the page does not flash in the other theme or language.
const root = document.documentElement;
const dark = matchMedia('(prefers-color-scheme: dark)');
const show = () => {
  root.dataset.theme = localStorage.getItem('fettle.theme') ?? (dark.matches ? 'dark' : 'light');
};
dark.addEventListener('change', show);
show();
const language = localStorage.getItem('fettle.language') ?? navigator.language;
root.lang = language.startsWith('zh') ? 'zh-CN' : 'en';
