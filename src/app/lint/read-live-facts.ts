import type { NumberedGeneration } from '../../core/generation/types.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import type { Applied } from '../../core/live-findings/never-hit.ts';
import type { Receipt } from '../../core/receipt/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { parseTerse, type TerseSet } from '../../core/sets/ipset/parse-terse.ts';
import type { Ports } from '../../ports/ports.ts';
import { keptGenerations } from '../generations/kept-generations.ts';

/** The applies of the data folder; undefined where there are none, or one cannot be read: then nothing is known of the past. */
export async function readApplied(ports: Ports, days: number): Promise<Applied | undefined> {
  try {
    const generations: NumberedGeneration[] = [];
    for await (const one of keptGenerations(ports)) generations.push(one);
    if (generations.length === 0) return undefined;
    const receipts = await Promise.all(
      generations.map(async ({ number }) => [number, await readReceipt(ports, number)] as const),
    );
    return {
      generations,
      receipts: new Map(receipts.flatMap(([number, receipt]) => (receipt === undefined ? [] : [[number, receipt]]))),
      boot: await ports.journal.bootId(),
      now: ports.clock.now(),
      days,
    };
  } catch {
    return undefined;
  }
}

async function readReceipt({ receipts }: Ports, number: number): Promise<Receipt | undefined> {
  try {
    return await receipts.read(number);
  } catch {
    return undefined;
  }
}

/** Which namespaces the names stand for; none where that cannot be asked. */
export async function identitiesOf(
  { kernel }: Ports,
  namespaces: readonly Namespace[],
): Promise<ReadonlyMap<string, NamespaceIdentity>> {
  try {
    const found = await kernel.identify(namespaces, 'cookie');
    return new Map(found.map((one) => [namespaceLabel(one.namespace), one]));
  } catch {
    return new Map();
  }
}

/** What is known of the sets of each namespace, in their order, without their entries. */
export async function setsThere(
  { kernel }: Ports,
  namespaces: readonly Namespace[],
): Promise<readonly (readonly TerseSet[])[]> {
  const listed = await kernel.listSets(namespaces);
  return listed.map((ran) => (ran.exitCode === 0 ? parseTerse(ran.stdout) : []));
}
