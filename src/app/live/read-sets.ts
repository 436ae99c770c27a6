import { FwError } from '../../core/diagnostics/errors.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { parseSavedSet } from '../../core/sets/ipset/parse-saved-set.ts';
import { parseTerse } from '../../core/sets/ipset/parse-terse.ts';
import type { LiveSet } from '../../core/sets/ipset/types.ts';
import { ourSets } from '../../core/sets/our-sets.ts';
import type { Kernel, Ran } from '../../ports/ports.ts';
import { cannotEnter } from './cannot-enter.ts';

export type SetRequest = {
  readonly namespace: Namespace;
  readonly owners: readonly string[];
  /** Kernel names of the sets that are declared. */
  readonly declared: readonly string[];
};

/** The live sets of fw in each namespace, with their entries, in the order of the requests. Sets of others are not even read. */
export async function readSets(
  kernel: Kernel,
  requests: readonly SetRequest[],
): Promise<readonly (readonly LiveSet[])[]> {
  const listed = await kernel.listSets(requests.map(({ namespace }) => namespace));
  const wanted = requests.flatMap(({ namespace, owners, declared }, request) => {
    const isOurs = ourSets(owners, declared);
    const ran = listed[request];
    check(namespace, 'ipset list', ran);
    return parseTerse(ran?.stdout ?? '')
      .filter(({ name }) => isOurs(name))
      .map(({ name, references }) => ({ request, namespace, set: name, references }));
  });
  const saved = await kernel.saveSets(wanted);
  const found: LiveSet[][] = requests.map(() => []);
  for (const [index, { request, namespace, set, references }] of wanted.entries()) {
    const ran = saved[index];
    // It went between the list and now.
    if (ran?.stderr.includes('does not exist') === true) continue;
    check(namespace, `ipset save ${set}`, ran);
    const parsed = parseSavedSet(set, ran?.stdout ?? '', references);
    if (parsed === undefined) throw unreadable(namespace, `ipset save ${set}`, 'it prints something else');
    found[request]?.push(parsed);
  }
  return found;
}

function check(namespace: Namespace, what: string, ran: Ran | undefined): void {
  if (ran?.exitCode === 0) return;
  if (ran?.problem === 'timeout') {
    throw new FwError('kernel.timeout', `${namespaceLabel(namespace)}: ${what} did not answer in time`);
  }
  const output = ran?.stderr.trim() ?? '';
  throw cannotEnter(namespace, output) ?? unreadable(namespace, what, output);
}

function unreadable(namespace: Namespace, what: string, output: string): FwError {
  return new FwError('live.unreadable', `${namespaceLabel(namespace)}: ${what} does not show the set`, { output });
}
