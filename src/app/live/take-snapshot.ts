import { seal } from '../../core/seal/seal.ts';
import type { SnapshotFile } from '../../core/snapshot/types.ts';
import type { Ports } from '../../ports/ports.ts';
import type { Live } from './read-live.ts';
import { saveAllSets } from './save-all-sets.ts';

/** Text of a snapshot file of live rules that are proven to be what is live. */
export async function takeSnapshot(
  ports: Ports,
  live: readonly Live[],
  options: { readonly fwVersion: string; readonly host: string },
): Promise<string> {
  const sets = await saveAllSets(
    ports.kernel,
    live.map(({ namespace }) => namespace),
  );
  const content: Omit<SnapshotFile, 'digest'> = {
    format_version: '1.0',
    kind: 'snapshot',
    fw_version: options.fwVersion,
    created: ports.clock.now().toISOString(),
    host: options.host,
    versions: await ports.kernel.nftVersions(),
    namespaces: live.map(({ namespace, backend, rulesets }, index) => ({
      namespace,
      backend,
      ...rulesets,
      sets: sets[index] ?? [],
    })),
  };
  return seal(content);
}
