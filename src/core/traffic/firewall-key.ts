import { createHash } from 'node:crypto';
import type { Firewall } from '../packets/types/firewall.ts';
import { TABLES } from '../rules/builtin.ts';
import { digestTable } from '../rules/digest.ts';

/** Equal for firewalls that decide alike. */
export function firewallKey({ backend, tables, sets, settings }: Firewall): readonly unknown[] {
  const digests = TABLES.map((name) =>
    digestTable(
      tables.find((table) => table.name === name),
      name,
    ),
  );
  const content = createHash('sha256');
  for (const { name, header, changes, entries } of sets)
    content.update(`${name}\n${header}\n${changes}\n${entries.join('\n')}\n\n`);
  return [backend, digests, sets.length === 0 ? '' : content.digest('hex'), settings];
}
