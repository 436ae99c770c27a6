import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Namespace } from '../../core/rules/types.ts';
import type { Ran } from '../../ports/ports.ts';
import { enter } from '../process/enter.ts';
import { run } from '../process/exec.ts';
import { runEverywhere } from '../process/run-everywhere.ts';

/** `ipset list -terse`: name, type and options of every set of a namespace, no entries. A machine without ipset has no sets. */
export async function setHeaders(namespace: Namespace): Promise<Ran> {
  const [file, args] = enter(namespace, 'ipset', ['list', '-terse']);
  return withoutIpset(await run(file, args));
}

/** `setHeaders` of many namespaces, in their order. */
export async function listSets(namespaces: readonly Namespace[]): Promise<readonly Ran[]> {
  if (!hasSetModule()) return namespaces.map(() => NOTHING);
  const ran = await Promise.all(
    runEverywhere(namespaces.map((namespace) => ({ namespace, words: ['ipset', 'list', '-terse'] }))),
  );
  return ran.map(withoutIpset);
}

/** `ipset save` of each set. Not `runEverywhere`: a name may hold any sign, and there are few. */
export async function saveSets(
  sets: readonly { readonly namespace: Namespace; readonly set: string }[],
): Promise<readonly Ran[]> {
  const results: Ran[] = [];
  for (const { namespace, set } of sets) {
    const [file, args] = enter(namespace, 'ipset', ['save', set]);
    results.push(await run(file, args));
  }
  return results;
}

/** The kernel lets go of the rules of a table a moment after nft has removed them, and of their sets with them. */
const IN_USE = /in use by a kernel component/;
const RETRIES = 40;
const WAIT_MS = 50;

/**
 * `ipset restore`. A text that does nothing but remove one set is tried again while the kernel still holds the set. `descriptors` are
 * open files of ours that the program gets, see `RunOptions`.
 */
export async function restoreSets(namespace: Namespace, text: string, descriptors: readonly number[]): Promise<Ran> {
  const [file, args] = enter(namespace, 'ipset', ['restore']);
  const isRemoval = /^destroy \S+\n$/.test(text);
  for (let retry = 0; ; retry += 1) {
    const ran = await run(file, args, { input: text, descriptors });
    if (!isRemoval || retry === RETRIES || !IN_USE.test(ran.stderr)) return ran;
    await sleep(WAIT_MS);
  }
}

const NOTHING: Ran = { exitCode: 0, stdout: '', stderr: '' };

function withoutIpset(ran: Ran): Ran {
  return ran.problem === 'missing' || ran.stderr.includes('failed to execute') ? NOTHING : ran;
}

/** Whether the kernel has its IP sets loaded, as a module or built in: without them there is no set anywhere. */
function hasSetModule(): boolean {
  return existsSync('/sys/module/ip_set');
}
