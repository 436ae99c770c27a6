import type { Line } from '../../../core/diff/types.ts';
import { diffWords, type Piece } from '../../../core/diff/word-diff.ts';
import { hasCarried, packets } from '../../text/counters-text.ts';
import { SIGNS } from '../../text/theme.ts';
import { html, type Markup, NONE } from './markup.ts';

type Kind = 'add' | 'remove' | 'change' | 'move' | 'keep';

const WORDS: Readonly<Record<Kind, string>> = {
  add: 'added',
  remove: 'removed',
  change: 'changed',
  move: 'moved',
  keep: 'unchanged',
};

/** One line of a chain; a rule that changes is one row with both of its texts, so that a search finds both. */
export function diffRow(line: Line): Markup {
  switch (line.kind) {
    case 'skip': {
      const rules = line.count === 1 ? 'rule' : 'rules';
      return html`<tr class="skip" data-kind="keep"><td></td><td></td><td></td><td>(${line.count} unchanged ${rules} not shown)</td></tr>\n`;
    }
    case 'keep':
      return row('keep', line, html`<code>${line.text}</code>`, []);
    case 'add':
      return row('add', { to: line.to }, html`<code>${line.text}</code>`, [line.origin]);
    case 'remove':
      return row('remove', { from: line.from }, html`<code>${line.text}</code>`, [
        line.counters === undefined ? undefined : packets(line.counters),
      ]);
    case 'move':
      return row('move', line, html`<code>${line.text}</code>`, [line.origin]);
    case 'change': {
      const words = diffWords(line.before, line.text);
      const [was, is] = [words?.before ?? [whole(line.before)], words?.after ?? [whole(line.text)]];
      const used = hasCarried(line.counters) && line.counters !== undefined ? packets(line.counters) : undefined;
      return row(
        'change',
        line,
        html`<code>${was.map((piece) => marked(piece, 'del'))}</code><br><code>${is.map((piece) => marked(piece, 'ins'))}</code>`,
        [words?.says, line.keepsCounters === true ? 'counter kept' : used, line.origin],
      );
    }
    default:
      return line satisfies never;
  }
}

/** A row about something else than a rule, such as a policy. */
export function row(
  kind: Kind,
  { from, to }: { readonly from?: number; readonly to?: number },
  text: Markup,
  remarks: readonly (string | undefined)[],
): Markup {
  const told = remarks.filter((remark) => remark !== undefined && remark !== '');
  const below = told.length === 0 ? NONE : html`<small>${told.join(' · ')}</small>`;
  return html`<tr class="${kind}" data-kind="${kind}"><td class="sign"><abbr title="${WORDS[kind]}">${SIGNS[kind]}</abbr></td><td class="at">${from ?? ''}</td><td class="at">${to ?? ''}</td><td>${text}${below}</td></tr>\n`;
}

function whole(text: string): Piece {
  return { text, changed: false };
}

function marked({ text, changed }: Piece, element: 'ins' | 'del'): Markup {
  if (!changed) return html`${text}`;
  return element === 'ins' ? html`<ins>${text}</ins>` : html`<del>${text}</del>`;
}
