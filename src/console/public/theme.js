// Runs before the first paint, so that the page does not flash in the other theme or language.
const theme = localStorage.getItem('fettle.theme');
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
const language = localStorage.getItem('fettle.language') ?? navigator.language;
document.documentElement.lang = language.startsWith('zh') ? 'zh-CN' : 'en';
