/** A text in SQL. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A file as functions that read tables take it: they would find several where it holds `*`, `?` or `[`. */
export function fileName(file: string): string {
  return quoted(file.replace(/[[*?]/g, '[$&]'));
}

/** A name of a column. */
export function named(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
