import { FwError } from '../../core/diagnostics/errors.ts';
import { isSame } from '../../core/identity/place-of-run.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { OtherRun, Ports } from '../../ports/ports.ts';

/**
 * Applies that another data folder keeps, that have not ended, and that wrote to one of these namespaces. This data folder knows nothing of them, and
 * they may go back at any time, over whatever was applied since.
 */
async function findOthers(
  { watchdog }: Pick<Ports, 'watchdog'>,
  namespaces: readonly NamespaceIdentity[],
): Promise<readonly OtherRun[]> {
  return alive((await watchdog.others()).filter(isIn(namespaces)));
}

function isIn(namespaces: readonly NamespaceIdentity[]): (other: OtherRun) => boolean {
  return (other) => other.namespaces.some((theirs) => namespaces.some((ours) => isSame(theirs, ours) === true));
}

/** The same for users who look: also those whose data folder was at this path, before another one came there. `managed` are the namespaces that they look at. */
export async function othersToTell(
  { watchdog, kernel }: Pick<Ports, 'watchdog' | 'kernel'>,
  managed: readonly Namespace[],
): Promise<readonly OtherRun[]> {
  const others = await watchdog.others().catch(() => []);
  const labels = new Set(managed.map(namespaceLabel));
  const likely = others.filter(
    (other) => !other.isAtThisPath && other.namespaces.some(({ namespace }) => labels.has(namespaceLabel(namespace))),
  );
  const identities = likely.length === 0 ? [] : await kernel.identify(managed, 'cookie').catch(() => []);
  return alive([...others.filter(({ isAtThisPath }) => isAtThisPath), ...likely.filter(isIn(identities))]);
}

/**
 * Throws `apply.other-folder` where one has not ended. Asked when this apply is entered itself, before its first write: of two that begin at one time at least one
 * sees the other.
 */
export async function checkAlone(
  ports: Pick<Ports, 'watchdog'>,
  id: string,
  namespaces: readonly NamespaceIdentity[],
): Promise<void> {
  const [other] = (await findOthers(ports, namespaces)).filter((one) => one.id !== id);
  if (other === undefined) return;
  throw new FwError('apply.other-folder', otherSentence(other), { next: `${otherAdvice(other)} Then run again.` });
}

export function otherSentence({ id, operator, folder, namespaces }: OtherRun): string {
  const labels = namespaces.map(({ namespace }) => namespaceLabel(namespace)).join(', ');
  return `the apply ${id} of ${operator}, which the data folder ${folder} keeps, has not ended: what it made live in ${labels} may go back`;
}

export function otherAdvice({ id, folder, isAtThisPath }: OtherRun): string {
  if (isAtThisPath)
    return 'That folder is no longer at its path, so nobody can confirm it: wait until it has gone back.';
  const at = `--data-dir ${shellWord(folder)}`;
  return `Keep it with fw confirm ${id} ${at}, take it back with fw confirm --reject ${at}, or wait until it has ended.`;
}

async function alive(others: readonly OtherRun[]): Promise<readonly OtherRun[]> {
  const living = await Promise.all(others.map((other) => other.isAlive()));
  return others.filter((_, at) => living[at]);
}
