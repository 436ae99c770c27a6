import type { Family, TableName } from '../../core/rules/types.ts';
import type { SaveRequest } from '../../ports/ports.ts';
import { enter } from '../netns/enter.ts';
import { run } from '../process/exec.ts';
import { restore } from './restore.ts';

type Listed = {
  readonly nftables?: readonly Readonly<Record<string, { readonly name?: string; readonly hook?: string }>>[];
};

/**
 * nft only. Takes away the base chains of a table, which the kernel refuses while one of them holds a rule, and then the table
 * itself if nothing else is left in it. Resolves to false, with everything as it was, when the table is in use.
 * A legacy table cannot be removed: it stays, pristine, until its namespace goes.
 */
export async function removeEmptyTable(target: SaveRequest, table: TableName): Promise<boolean> {
  if (target.backend === 'legacy') return false;
  const before = await listTable(target, table);
  if (before === undefined) return true;
  const bases = before.flatMap((object) => (object.chain?.hook === undefined ? [] : [object.chain.name ?? '']));
  if (before.some((object) => isContent(object) && object.chain?.hook === undefined)) return false;
  if (bases.length > 0) {
    const text = `*${table}\n${bases.map((chain) => `-X ${chain}\n`).join('')}COMMIT\n`;
    if ((await restore(target, text)).exitCode !== 0) return false;
  }
  const after = await listTable(target, table);
  if (after === undefined) return true;
  if (after.some(isContent)) return false;
  const [file, args] = enter(target.namespace, 'nft', ['delete', 'table', nftFamily(target.family), table]);
  return (await run(file, args)).exitCode === 0;
}

async function listTable(target: SaveRequest, table: TableName): Promise<Listed['nftables']> {
  const [file, args] = enter(target.namespace, 'nft', ['-j', 'list', 'table', nftFamily(target.family), table]);
  const ran = await run(file, args);
  return ran.exitCode === 0 ? (JSON.parse(ran.stdout) as Listed).nftables : undefined;
}

function isContent(object: Readonly<Record<string, unknown>>): boolean {
  return object.metainfo === undefined && object.table === undefined;
}

function nftFamily(family: Family): string {
  return family === 'ipv4' ? 'ip' : 'ip6';
}
