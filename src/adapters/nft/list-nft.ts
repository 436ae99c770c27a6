import type { ListForm } from '../../core/nft-listing/listing.ts';
import { NFT_FAMILY, type TableName } from '../../core/rules/types.ts';
import type { ListTarget, Ran } from '../../ports/ports.ts';
import { enter, type PlacedNamespace } from '../process/enter.ts';
import { run } from '../process/exec.ts';
import { listWords, NFT_ENVIRONMENT, saveProgram } from '../process/programs.ts';
import { runEverywhere } from '../process/run-everywhere.ts';

/** Lists each target with one process; 10,000 rules take 0.2 s (nft 1.0.6). */
export async function listNft(targets: readonly ListTarget[], form: ListForm): Promise<readonly Ran[]> {
  const listed = await Promise.all(
    runEverywhere(
      targets.map(({ namespace, family }) => ({ namespace, words: ['nft', ...listWords(family, form)] })),
      NFT_ENVIRONMENT,
    ),
  );
  return listed.map(markMissing);
}

/** Names of all tables of nft, of any family. */
export async function listNftTables(namespaces: readonly PlacedNamespace[]): Promise<readonly Ran[]> {
  const listed = await Promise.all(
    runEverywhere(namespaces.map((namespace) => ({ namespace, words: ['nft', 'list', 'tables'] }))),
  );
  return listed.map(markMissing);
}

export async function describeNft(
  { namespace, family }: ListTarget,
  table: TableName,
): Promise<{ readonly json: Ran; readonly text: Ran }> {
  const list = (options: readonly string[]) => {
    const [file, args] = enter(namespace, 'nft', [...options, 'list', 'table', NFT_FAMILY[family], table]);
    return run(file, args, { env: NFT_ENVIRONMENT });
  };
  const [json, text] = await Promise.all([list(['--json']), list(['--handle', '--stateless', '--terse'])]);
  return { json, text };
}

export async function nftVersions(): Promise<string> {
  const programs = [saveProgram('nft', 'ipv4'), 'nft'];
  const printed = await Promise.all(programs.map((program) => run(program, ['--version'])));
  return printed.map(({ stdout }) => stdout.trim()).join(', ');
}

/** Inside a namespace nsenter says that nft is missing, with the exit code that shells use for it. */
function markMissing(ran: Ran): Ran {
  return ran.exitCode === 127 && ran.stderr.includes('failed to execute') ? { ...ran, problem: 'missing' } : ran;
}
