import type { Traffic } from '../../../core/packets/types/traffic.ts';
import { pageOf } from '../../text/page.ts';
import { printSections } from '../../traffic/print-traffic.ts';
import { trafficRemarks, trafficSentence } from '../../traffic/traffic-words.ts';
import { fenced } from './markdown-text.ts';

const FENCE = '```';

/** What becomes of traffic: the sentence, and what it counts in a fence. */
export function trafficMarkdown(traffic: readonly Traffic[] = []): readonly string[] {
  if (traffic.length === 0) return [];
  const page = pageOf({ width: 100, colour: false, unicode: true });
  const lines = [...printSections(page, traffic, 'summary'), ...trafficRemarks(traffic)].map(fenced);
  const body = lines[0] === '' ? lines.slice(1) : lines;
  return [`**${trafficSentence(traffic)}**`, '', ...(body.length === 0 ? [] : [FENCE, ...body, FENCE, ''])];
}

/** Where it does not fit. */
export function hiddenTraffic(traffic: readonly Traffic[] = []): readonly string[] {
  return traffic.length === 0
    ? []
    : [`**${trafficSentence(traffic)}** What it is does not fit in here: see \`fw show\`.`, ''];
}
