/** Search and folding. It changes what is hidden and what is open, and never makes markup of text. Without it the page shows everything. */
export const SCRIPT = `
(() => {
  'use strict';
  const all = (selector) => [...document.querySelectorAll(selector)];
  const [search, found, tools] = ['search', 'found', 'tools'].map((id) => document.getElementById(id));
  const folds = all('details.group, details.chain');
  const setOpen = (open) => { for (const fold of folds) fold.open = open; };
  if (tools !== null) {
    tools.hidden = false;
    const boxes = all('#tools input[type=checkbox]');
    const rows = all('tr[data-kind]').map((row) => {
      const around = [row.closest('details.chain'), row.closest('details.group')];
      const heads = around.map((fold) => fold?.querySelector('summary')?.textContent ?? '');
      return { row, around, text: [row.textContent, ...heads].join(' ').toLowerCase() };
    });
    const filter = () => {
      const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== '');
      const kinds = new Set(boxes.filter((box) => box.checked).map((box) => box.value));
      const kept = new Set();
      let count = 0;
      let changes = 0;
      for (const { row, around, text } of rows) {
        const isChange = row.dataset.kind !== 'keep';
        const fits = kinds.has(row.dataset.kind) && words.every((word) => text.includes(word));
        row.hidden = !fits;
        changes += isChange ? 1 : 0;
        count += fits && isChange ? 1 : 0;
        if (fits) for (const fold of around) kept.add(fold);
      }
      const isAll = words.length === 0 && kinds.size === boxes.length;
      for (const fold of folds) {
        fold.hidden = !isAll && !kept.has(fold);
        if (words.length > 0 && kept.has(fold)) fold.open = true;
      }
      found.textContent = count + ' of ' + changes + ' changes shown';
    };
    search.addEventListener('input', filter);
    for (const box of boxes) box.addEventListener('change', filter);
    document.getElementById('open').addEventListener('click', () => setOpen(true));
    document.getElementById('fold').addEventListener('click', () => setOpen(false));
    document.addEventListener('keydown', (event) => {
      const isTyping = event.target instanceof HTMLInputElement && event.target.type === 'search';
      if (event.key === '/' && !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        search.focus();
      } else if (event.key === 'Escape' && isTyping) {
        search.value = '';
        filter();
      }
    });
    filter();
  }
  let folded = [];
  window.addEventListener('beforeprint', () => {
    folded = all('details:not([open])');
    for (const fold of folded) fold.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const fold of folded) fold.open = false;
  });
})();
`;
