import type { ListForm } from '../../core/nft-listing/listing.ts';
import type { Family, TableName } from '../../core/rules/types.ts';
import type { ListTarget, Ran } from '../../ports/ports.ts';
import { enter } from '../netns/enter.ts';
import { run } from '../process/exec.ts';
import { saveProgram } from '../process/programs.ts';
import { runEverywhere } from '../process/run-everywhere.ts';

/**
 * Words after `nft` that list all tables of a family so that two listings of the same rules are the same text: `--stateless` leaves
 * counters out, `--numeric` asks no name service, `--terse` leaves out what a named set holds. nft prints an extension of iptables as
 * the nft expression it stands for where it can (nft 1.0.6); see `normalLine` for what it prints in two ways.
 */
export function listWords(family: Family, form: ListForm): readonly string[] {
  return [
    ...(form === 'json' ? ['--json'] : []),
    '--stateless',
    '--numeric',
    '--terse',
    'list',
    'ruleset',
    nftFamily(family),
  ];
}

/**
 * Memory that nft asks for is filled with one byte, whatever was in it: libxtables reads some that is not set (`xt_xlate_alloc`, iptables 1.8.9 and 1.8.11),
 * and what nft prints of a `connlimit` or TPROXY rule would depend on how many rules it has listed before. The cache of the heap hands out memory that is not
 * filled, so it is off. Another C library knows no such variable.
 */
export const NFT_ENVIRONMENT = { GLIBC_TUNABLES: 'glibc.malloc.tcache_count=0:glibc.malloc.perturb=1' } as const;

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

export async function describeNft(
  { namespace, family }: ListTarget,
  table: TableName,
): Promise<{ readonly json: Ran; readonly text: Ran }> {
  const list = (options: readonly string[]) => {
    const [file, args] = enter(namespace, 'nft', [...options, 'list', 'table', nftFamily(family), table]);
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

function nftFamily(family: Family): string {
  return family === 'ipv4' ? 'ip' : 'ip6';
}
