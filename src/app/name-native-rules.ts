import { FwError } from '../core/errors.ts';
import { namespaceLabel } from '../core/namespace-label.ts';
import { TABLES } from '../core/ruleset/builtin.ts';
import { findNative, linesWithHandles } from '../core/truth/native-rules.ts';
import type { Kernel, SaveRequest } from '../ports.ts';
import { howToGoOn } from './untruthful.ts';

const MOST_SHOWN = 5;

/** Adds to an error about a save that iptables itself calls incomplete which native rules are the cause, as far as nft tells. */
export async function nameNativeRules(kernel: Kernel, request: SaveRequest, error: unknown): Promise<unknown> {
  if (!(error instanceof FwError) || error.code !== 'live.untruthful' || request.backend !== 'nft') return error;
  const family = request.family === 'ipv4' ? 'ip' : 'ip6';
  const described = await Promise.all(TABLES.map((table) => kernel.describeNft(request, table)));
  const found = described.flatMap(({ json, text }, index) => {
    const table = TABLES[index] ?? 'filter';
    const lines = linesWithHandles(text.stdout, findNative(json.stdout, table));
    return lines.map(({ block, line }) => ({ table, words: `table ${family} ${table}, ${block}: ${line}` }));
  });
  const [first] = found;
  if (first === undefined) return error;
  const tables = [...new Set(found.map(({ table }) => table))].join(', ');
  const more = found.length - MOST_SHOWN;
  const words = found.slice(0, MOST_SHOWN).map((each) => each.words);
  return new FwError(
    'live.untruthful',
    `${namespaceLabel(request.namespace)} ${request.family}: iptables-save does not show all rules of table ${tables}`,
    {
      said: [error.said ?? '', ...words, ...(more > 0 ? [`and ${more} more`] : [])]
        .filter((line) => line !== '')
        .join('\n'),
      next: howToGoOn(request, first.table),
      cause: error,
    },
  );
}
