import type { GraphChain, GraphDocument, GraphJump } from '../../core/graph/types.ts';
import { displayWidth } from '../text/display-width.ts';
import type { Page } from '../text/page.ts';
import { SIGNS, type Sign } from '../text/theme.ts';
import { wrapText } from '../text/wrap-text.ts';
import { chainLines, type GraphKind, jumpText, kindOf, tablesOf } from './chain-lines.ts';

const SIGN_OF: Readonly<Record<GraphKind, Sign>> = {
  kept: 'keep',
  changed: 'change',
  new: 'add',
  gone: 'remove',
  unreachable: 'attention',
};

/** The graph as text: each table, each chain with what leads out of it, with the signs of a plan before what is not as it was. */
export function printGraph(page: Page, { namespace, rules, chains, jumps }: GraphDocument): readonly string[] {
  if (chains.length === 0) return ['There is no table with anything in it.'];
  const leading = new Map<string, GraphJump[]>();
  for (const jump of jumps) {
    const known = leading.get(keyOf(jump, jump.from));
    if (known === undefined) leading.set(keyOf(jump, jump.from), [jump]);
    else known.push(jump);
  }
  const lines = tablesOf(chains).flatMap(([title, members]) => [
    '',
    page.paint('heading', page.clean(`${namespace}  ${title}  (${rules})`)),
    ...members.flatMap((chain) => chainText(page, chain, leading.get(keyOf(chain, chain.chain)) ?? [])),
  ]);
  return [...lines.slice(1), ...legend(page, rules, chains, jumps)];
}

function keyOf({ family, table }: Pick<GraphChain, 'family' | 'table'>, chain: string): string {
  return `${family} ${table} ${chain}`;
}

function chainText(page: Page, chain: GraphChain, out: readonly GraphJump[]): readonly string[] {
  const text = `${chain.chain}  ${chainLines(chain).join('  |  ')}`;
  return [
    ...signed(page, SIGN_OF[kindOf(chain)], '', text),
    ...out.flatMap((jump) => signed(page, SIGN_OF[jump.change], '  ', `-> ${jump.to}  (${jumpText(jump)})`)),
  ];
}

function signed(page: Page, sign: Sign, indent: string, text: string): readonly string[] {
  const line = `${SIGNS[sign]} ${indent}${page.clean(text)}`;
  const lines = displayWidth(line) <= page.width ? [line] : wrapText(line, page.width, `${indent}      `);
  // What is as it was is read most: it is not faint here.
  return sign === 'keep' ? lines : lines.map((line) => page.paint(sign, line));
}

function legend(
  page: Page,
  rules: GraphDocument['rules'],
  chains: readonly GraphChain[],
  jumps: readonly GraphJump[],
): readonly string[] {
  if (rules !== 'plan') return [];
  const count = (kind: GraphKind) => chains.filter((chain) => kindOf(chain) === kind).length;
  const jumped = (change: GraphJump['change']) => jumps.filter((jump) => jump.change === change).length;
  const text =
    `Chains: + ${count('new')} new, - ${count('gone')} gone, ~ ${count('changed')} changed. ` +
    `Jumps: + ${jumped('new')} new, - ${jumped('gone')} gone.`;
  return ['', ...wrapText(text, page.width, '  ')];
}
