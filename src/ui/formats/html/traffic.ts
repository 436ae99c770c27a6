import type { Traffic } from '../../../core/packets/types/traffic.ts';
import type { TrafficItem } from '../../traffic/traffic-items.ts';
import { suppositions, trafficRemarks, trafficSentence } from '../../traffic/traffic-words.ts';
import { html, type Markup, NONE } from './markup.ts';

const KINDS: readonly (readonly [kind: TrafficItem['kind'], title: string, style: string])[] = [
  ['opened', 'Opened', 'opened'],
  ['closed', 'Closed', 'closed'],
  ['other', 'Changed otherwise', ''],
  ['at-most', 'Judged in part', 'warn'],
  ['not-judged', 'Not judged', 'warn'],
];

/** What becomes of packets, by kind: the first `shown` of the items, which are those that the page has room for. */
export function trafficSection(traffic: readonly Traffic[] | undefined, shown: readonly TrafficItem[]): Markup {
  const body =
    traffic === undefined || traffic.length === 0
      ? html`<p>${traffic === undefined ? 'Not asked for.' : 'No rule changes, so no traffic does.'}</p>`
      : html`<p class="lead">${trafficSentence(traffic)}</p>
${[...suppositions(traffic), ...trafficRemarks(traffic)].map((text) => html`<p class="soft">${text}</p>`)}${KINDS.map(
  ([kind, title, style]) =>
    kindBlock(
      title,
      style,
      shown.filter((item) => item.kind === kind),
    ),
)}`;
  return html`<section id="traffic"><h2>Traffic</h2>
${body}</section>
`;
}

function kindBlock(title: string, style: string, items: readonly TrafficItem[]): Markup {
  if (items.length === 0) return NONE;
  return html`<details class="kind" open><summary><span class="chip ${style}">${title}: ${items.length}</span></summary>
<div class="items">${items.map(trafficNotice)}</div></details>
`;
}

export function trafficNotice({ kind, title, lines, origin = '' }: TrafficItem): Markup {
  const style = KINDS.find(([one]) => one === kind)?.[2] ?? '';
  return html`<div class="notice ${style}"><h3>${title}</h3>
${lines.map((line) => html`<code>${line}</code><br>`)}${origin === '' ? NONE : html`<span class="soft">${origin}</span>`}</div>
`;
}
