import { useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

const KEY = 'fettle.theme';

/** The theme that shows, which `theme.js` settled before the first paint, and a way to the other one. */
export function useTheme(): { theme: Theme; switchTheme: () => void } {
  const { dataset } = document.documentElement;
  const [theme, setTheme] = useState(dataset.theme as Theme);
  const switchTheme = () => {
    const next = dataset.theme === 'dark' ? 'light' : 'dark';
    localStorage.setItem(KEY, next);
    dataset.theme = next;
    setTheme(next);
  };
  return { theme, switchTheme };
}
