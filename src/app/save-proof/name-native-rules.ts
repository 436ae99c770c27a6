import { FwError } from '../../core/diagnostics/errors.ts';
import { chainsOfTable, findNative, linesWithHandles } from '../../core/nft-listing/native-rules.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { TableName } from '../../core/rules/types.ts';
import type { Kernel, SaveRequest } from '../../ports/ports.ts';
import { howToGoOn } from './explain-untrue-save.ts';

const MOST_SHOWN = 5;

type DescribedTable = {
  readonly chains: readonly string[];
  /** The error, with the native rules that are the cause, as far as nft tells. */
  nameIn(error: FwError): FwError;
};

/** A table as nft has it; undefined where there is none, or no nft. */
export async function describeTable(
  kernel: Kernel,
  request: SaveRequest,
  table: TableName,
): Promise<DescribedTable | undefined> {
  const { json, text } = await kernel.describeNft(request, table);
  if (json.exitCode !== 0) return undefined;
  const lines = linesWithHandles(text.stdout, findNative(json.stdout, table));
  const family = request.family === 'ipv4' ? 'ip' : 'ip6';
  const words = lines.map(({ block, line }) => `table ${family} ${table}, ${block}: ${line}`);
  return {
    chains: chainsOfTable(json.stdout),
    nameIn: (error) => {
      if (error.code !== 'live.untruthful' || words.length === 0) return error;
      const more = words.length - MOST_SHOWN;
      return new FwError(
        'live.untruthful',
        `${namespaceLabel(request.namespace)} ${request.family}: iptables-save does not show all rules of table ${table}`,
        {
          output: [error.output ?? '', ...words.slice(0, MOST_SHOWN), ...(more > 0 ? [`and ${more} more`] : [])]
            .filter((line) => line !== '')
            .join('\n'),
          next: howToGoOn(request, table),
          cause: error,
        },
      );
    },
  };
}
