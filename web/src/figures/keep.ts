// Files made in the page.

/** Lets the browser keep it under this name. */
export function keep(name: string, csv: string): void {
  // The mark tells spreadsheets that it is UTF-8.
  const url = URL.createObjectURL(new Blob(['\ufeff', csv], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  [link.href, link.download] = [url, name];
  link.dataset['leave'] = '';
  link.click();
  URL.revokeObjectURL(url);
}
