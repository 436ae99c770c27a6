import {
  CONNECTIONS,
  type Connections,
  type PathTraffic,
  type Region,
  type Traffic,
} from '../../core/packets/types/traffic.ts';
import { FAMILIES, type Family } from '../../core/rules/types.ts';
import { nameList } from '../text/name-list.ts';
import { type Page, withRemarks } from '../text/page.ts';
import type { Style } from '../text/theme.ts';
import { wrapText } from '../text/wrap-text.ts';
import {
  CONNECTION_WORDS,
  causeText,
  changeText,
  claimWords,
  FAMILY_WORDS,
  isDecidedByCause,
  moreText,
  PATH_WORDS,
  regionOrigin,
  SUPPOSITION_WORDS,
  setText,
  trafficRemarks,
  trafficSentence,
} from './traffic-words.ts';

/** How much people see. Documents for programs are the same for `summary` and `full`. */
export const TRAFFIC_DETAILS = ['none', 'summary', 'full'] as const;
export type TrafficDetail = (typeof TRAFFIC_DETAILS)[number];

/** What a summary shows of a path, and of a region. */
const REGIONS = 8;
const FLOWS = 3;

const STYLES: Readonly<Record<Region['effect'], Style>> = { opened: 'add', closed: 'remove', other: 'change' };

/** What a plan does to traffic, below its changes: for each family, new connections and then running ones, path by path, and the whole in a sentence. */
export function printTraffic(page: Page, all: readonly Traffic[], detail: TrafficDetail): readonly string[] {
  if (detail === 'none' || all.length === 0) return [];
  const [sentence, ...remarks] = [trafficSentence(all), ...trafficRemarks(all)];
  const end = [
    ...wrapText(sentence, page.width, '  ').map((line) => page.paint('heading', line)),
    ...remarks.flatMap((remark) => wrapText(page.clean(remark), page.width, '  ')),
  ];
  return [...printSections(page, all, detail), '', ...end];
}

/** The same without the sentence and its remarks; empty where the sentence says all. */
export function printSections(page: Page, all: readonly Traffic[], detail: TrafficDetail): readonly string[] {
  const printer = { page, full: detail === 'full' };
  const named = all.length > 1 || all.some(({ namespaces }) => namespaces.length > 1);
  return all.flatMap((one) => printNamespaces(printer, one, named));
}

type Printer = { readonly page: Page; readonly full: boolean };

/** Paths of one family and kind of connections. */
type Section = {
  readonly families: readonly Family[];
  readonly connections: Connections;
  readonly paths: readonly PathTraffic[];
};

function printNamespaces(printer: Printer, traffic: Traffic, named: boolean): readonly string[] {
  const { page } = printer;
  const { namespaces, supposing } = traffic;
  const sections = sectionsOf(traffic);
  // The sentence at the end says all.
  if (!named && supposing === undefined && sections.every(isSilent)) return [];
  const head = named ? ['', page.paint('heading', `Traffic of ${page.clean(nameList(namespaces))}`)] : [];
  const words = supposing === undefined ? [] : wrapText(`  ${SUPPOSITION_WORDS[supposing]}`, page.width, '  ');
  const supposed = named || words.length === 0 ? words : ['', ...words];
  if (named && sections.every(isSilent))
    return [...head, ...supposed, '  no new or running connection changes, proved'];
  return [...head, ...supposed, ...sections.flatMap((section) => ['', ...printSection(printer, section)])];
}

/** IPv4 and IPv6 once where they say the same. */
function sectionsOf({ paths }: Traffic): readonly Section[] {
  return CONNECTIONS.flatMap((connections) => {
    const sections = FAMILIES.flatMap((family): readonly Section[] => {
      const own = paths.filter((path) => path.family === family && path.connections === connections);
      return own.length === 0 ? [] : [{ families: [family], connections, paths: own }];
    });
    const [first, second] = sections;
    if (first === undefined || second === undefined || wordsOf(first) !== wordsOf(second)) return sections;
    return [{ ...first, families: FAMILIES }];
  });
}

function wordsOf({ paths }: Section): string {
  return JSON.stringify(paths.map(({ family: _, ...rest }) => rest));
}

function isSilent({ paths }: Section): boolean {
  return paths.every(({ claim, regions }) => claim.kind === 'exact' && regions.length === 0);
}

function printSection(printer: Printer, section: Section): readonly string[] {
  const { page } = printer;
  const { families, connections, paths } = section;
  const names = families.map((family) => FAMILY_WORDS[family]).join(' and ');
  const title = `Traffic, ${CONNECTION_WORDS[connections]}, ${names}`;
  const [first] = paths;
  const isOne = paths.every(({ claim, regions }) => regions.length === 0 && sameClaim(claim, first?.claim));
  if (isOne && first !== undefined) {
    const text = page.clean(claimWords(first.claim, false));
    return wrapText(`${title}: ${text}`, page.width, '  ').map((line) => page.paint('heading', line));
  }
  return [page.paint('heading', title), ...paths.flatMap((path) => printPath(printer, path))];
}

function sameClaim(one: PathTraffic['claim'], other: PathTraffic['claim'] | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function printPath({ page, full }: Printer, { path, claim, regions }: PathTraffic): readonly string[] {
  const title = `  ${PATH_WORDS[path].padEnd(18)}`;
  const claimed = wrapText(
    `${title}  ${page.clean(claimWords(claim, regions.length > 0))}`,
    page.width,
    ' '.repeat(22),
  );
  const shown = full ? regions : regions.slice(0, REGIONS);
  const left = regions.slice(shown.length);
  return [
    ...claimed,
    ...shown.flatMap((region) => printRegion(page, region, full)),
    ...(left.length === 0 ? [] : [`    and ${countEffects(left)} more: --traffic full`]),
  ];
}

function countEffects(regions: readonly Region[]): string {
  const parts = (['opened', 'closed', 'other'] as const).flatMap((effect) => {
    const count = regions.filter((region) => region.effect === effect).length;
    return count === 0 ? [] : [`${count} ${effect}`];
  });
  return parts.join(', ');
}

function printRegion(page: Page, region: Region, full: boolean): readonly string[] {
  const { effect, rule, flows, more } = region;
  const shown = full ? flows : flows.slice(0, FLOWS);
  const left = flows.length - shown.length + more;
  const under = ' '.repeat(12);
  const lines = shown.flatMap((flow, index) => {
    const text = page.clean(setText(region, flow, full ? Number.POSITIVE_INFINITY : undefined));
    const lead = index === 0 ? `    ${effect.padEnd(8)}` : under;
    return wrapText(`${lead}${text}`, page.width, `${under}  `).map((line) => page.paint(STYLES[effect], line));
  });
  const origin = regionOrigin(region);
  const remarks = origin === undefined ? [] : [page.clean(origin)];
  const outcome = wrapText(`${under}${page.clean(changeText(region))}`, page.width, `${under}  `);
  const last = isDecidedByCause(region) ? (outcome.at(-1) ?? '') : `${under}${page.clean(causeText(region))}`;
  return [
    ...lines,
    ...(left === 0 ? [] : [`${under}${moreText(left, more > 0)}`]),
    ...(isDecidedByCause(region) ? outcome.slice(0, -1) : outcome),
    ...withRemarks(page, { plain: last, painted: last }, remarks, 14),
    ...(full ? [`${under}  ${page.paint('faint', page.clean(rule.text))}`] : []),
  ];
}
