import type { SetStep } from '../../../core/sets/ipset/types.ts';
import type { Group, Hunk } from '../../plan/group-alike.ts';
import { removedText, setKind } from '../../plan/set-text.ts';
import { familiesText } from '../../text/families-text.ts';
import { nameList } from '../../text/name-list.ts';
import { quantity } from '../../text/quantity.ts';
import { diffRow, row } from './diff-row.ts';
import { html, join, type Markup, NONE } from './markup.ts';
import type { Room } from './room.ts';

const TOOLS = html`<div id="tools" hidden><label for="search">Search</label><input id="search" type="search" placeholder="rule, chain or file" title="The key / leads here, Escape empties it" autocomplete="off" spellcheck="false">
${(['add', 'change', 'move', 'remove', 'keep'] as const).map(
  (kind) =>
    html`<label><input type="checkbox" value="${kind}" checked> ${kind === 'keep' ? 'unchanged' : kind}</label>\n`,
)}<button type="button" id="open">Open all</button> <button type="button" id="fold">Fold all</button> <span id="found" role="status" class="soft"></span></div>
`;

type Shown = { readonly section: Markup; readonly left: number };

/** Every change, folded by namespaces that change alike and by chain, as far as there is room; `left` counts those that have none. */
export function changeSection(groups: readonly Group[], room: Room): Shown {
  if (groups.length === 0) return { section: NONE, left: 0 };
  const shown = groups.map((group) => groupBlock(group, room));
  const left = shown.reduce((sum, one) => sum + one.left, 0);
  const section = html`<section id="changes"><h2>Changes</h2>
${TOOLS}${shown.map((one) => one.section)}</section>
`;
  return { section, left };
}

function groupBlock({ names, hunks, sets = [], notes }: Group, room: Room): Shown {
  const blocks = [...(sets.length === 0 ? [] : [setBlock(sets, room)]), ...hunks.map((hunk) => hunkBlock(hunk, room))];
  const left = blocks.reduce((sum, one) => sum + one.left, 0);
  const every =
    names.length === 1 ? NONE : html`<p class="soft">All ${names.length}: <code>${names.join(', ')}</code></p>`;
  const section = html`<details class="group" open><summary><code>${nameList(names)}</code></summary>
${every}${blocks.map((one) => one.section)}
${notes.map(({ table, families, text }) => html`<p class="soft">${table} (${familiesText(families)}): ${text}</p>`)}</details>
`;
  return { section, left };
}

function hunkBlock({ table, families, change, differs }: Hunk, room: Room): Shown {
  const { policy } = change;
  const count = change.lines.filter(({ kind }) => kind !== 'keep' && kind !== 'skip').length + (policy ? 1 : 0);
  const words = [
    ...(change.status === 'changed' ? [] : [`${change.status} chain`]),
    ...(differs ? ['the families differ'] : []),
    ...(count === 0 ? [] : [quantity(count, 'change')]),
  ];
  const first =
    policy === undefined
      ? []
      : [row('change', {}, html`policy <del>${policy.from}</del> -&gt; <ins>${policy.to}</ins>`, [policy.origin])];
  const head = html`${table} <code>${change.name}</code> (${familiesText(families)}) <span class="soft">${words.join(', ')}</span>`;
  const lines = room.fill(change.lines, diffRow);
  const left = change.lines.slice(lines.parts.length).filter(({ kind }) => kind !== 'keep' && kind !== 'skip').length;
  return { section: block(head, [...first, ...lines.parts], left), left };
}

function setBlock(sets: readonly SetStep[], room: Room): Shown {
  const { parts, left } = room.fill(sets, setRows);
  return { section: block(html`sets <span class="soft">${quantity(sets.length, 'set')}</span>`, parts, left), left };
}

function block(head: Markup, rows: readonly Markup[], left: number): Markup {
  const rest =
    left === 0 ? NONE : html`<p class="notice warn">${quantity(left, 'change')} of these have no room here.</p>`;
  return html`<details class="chain" open><summary>${head}</summary>
<table class="diff"><tbody>${rows}</tbody></table>${rest}</details>
`;
}

/** A set, and the entries of which a plan tells. */
function setRows(step: SetStep): Markup {
  const { declared, set, change, headers, counts, added, removed, examples, origin } = step;
  const kind = change === 'create' ? 'add' : change === 'destroy' ? 'remove' : 'change';
  const what = {
    create: `new set, ${quantity(added, 'entry', 'entries')}`,
    destroy: removedText(step),
    update: `+${added} -${removed} entries, then ${counts.after}`,
    replace: `+${added} -${removed} entries, then ${counts.after}`,
  }[change];
  const isOther = headers.before !== undefined && headers.after !== undefined && headers.before !== headers.after;
  const options = isOther ? `${headers.before} -> ${headers.after}` : undefined;
  const more = added + removed - examples.added.length - examples.removed.length;
  const entries = [
    ...examples.added.map((entry) => html`<br><ins>+ <code>${entry}</code></ins>`),
    ...examples.removed.map((entry) => html`<br><del>- <code>${entry}</code></del>`),
    ...(more === 0
      ? []
      : [
          html`<br>and ${quantity(more, 'more entry', 'more entries')}: <code>fw show FILE --format restore</code> has all`,
        ]),
  ];
  const name = html`<code>${declared}</code>${declared === set ? NONE : html` (<code>${set}</code>)`}, ${setKind(step)}: ${what}`;
  return row(kind, {}, html`${name}${join(entries)}`, [options, origin]);
}
