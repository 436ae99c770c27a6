import type { Namespace } from '../../core/rules/types.ts';
import { seal } from '../../core/seal/seal.ts';
import { parseTerse } from '../../core/sets/ipset/parse-terse.ts';
import type { SnapshotFile } from '../../core/snapshot/types.ts';
import type { Kernel, Ports } from '../../ports/ports.ts';
import type { Live } from './read-live.ts';

type SavedSet = { readonly name: string; readonly references: number; readonly text: string };

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

/** Every set of each namespace, also those of others, as `ipset save` prints it. */
async function saveAllSets(
  kernel: Kernel,
  namespaces: readonly Namespace[],
): Promise<readonly (readonly SavedSet[])[]> {
  const listed = await kernel.listSets(namespaces);
  const wanted = listed.flatMap((ran, index) => {
    const namespace = namespaces[index];
    return namespace === undefined
      ? []
      : parseTerse(ran.stdout).map((set) => ({ index, namespace, set: set.name, ...set }));
  });
  const saved = await kernel.saveSets(wanted);
  return namespaces.map((_, at) =>
    wanted.flatMap(({ index, name, references }, place) => {
      const ran = saved[place];
      return index === at && ran?.exitCode === 0 ? [{ name, references, text: ran.stdout }] : [];
    }),
  );
}
