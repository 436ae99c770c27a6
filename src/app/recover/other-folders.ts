import { FwError } from '../../core/diagnostics/errors.ts';
import { isSame } from '../../core/identity/place-of-run.ts';
import type { NamespaceIdentity } from '../../core/identity/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { OtherRun, OtherStanding, Ports } from '../../ports/ports.ts';
import { nameOfNamespace } from '../live/name-of-namespace.ts';

/** What to say of an apply that has not ended and that this data folder knows nothing of: it may go back at any time, over whatever was applied since. */
export type OtherApply = {
  /** Undefined where its entry cannot be read. */
  readonly run: Pick<OtherRun, 'id' | 'operator' | 'folder'> | undefined;
  readonly what: string;
  readonly next: string;
};

/** For users who look: applies in the namespaces that they look at, and those whose data folder was at this path, before another one came there. */
export async function othersToTell(
  { watchdog, kernel }: Pick<Ports, 'watchdog' | 'kernel'>,
  looked: readonly Namespace[] | 'all',
): Promise<readonly OtherApply[]> {
  const { runs, unread } = await watchdog.others().catch(() => ({ runs: [], unread: [] }));
  const isHere = looked === 'all' ? () => true : await inNamespaces(kernel, looked, runs).catch(() => () => true);
  return [
    ...(await notEnded(
      kernel,
      runs.filter((run) => run.isAtThisPath || isHere(run)),
    )),
    ...unread.map((path) => ({ run: undefined, ...wordsOfUnread(path) })),
  ];
}

/**
 * Throws `apply.other-folder` where one has not ended in these namespaces. Asked when this apply is entered itself, and before the last look at live: of two that begin
 * at one time at least one sees the other, and what one did that has ended by now is seen by that look.
 */
export async function checkAlone(
  { watchdog, kernel }: Pick<Ports, 'watchdog' | 'kernel'>,
  id: string,
  namespaces: readonly NamespaceIdentity[],
): Promise<void> {
  const { runs, unread } = await watchdog.others();
  const others = runs.filter((run) => run.id !== id && isIn(namespaces)(run));
  refuse([...(await notEnded(kernel, others)), ...unread.map(wordsOfUnread)]);
}

/** The same for a run that writes nothing: what it finds live may go back, so it must not say that all is as declared. */
export async function checkSettled(
  { watchdog, kernel }: Pick<Ports, 'watchdog' | 'kernel'>,
  namespaces: readonly Namespace[],
): Promise<void> {
  const { runs, unread } = await watchdog.others();
  const isHere = await inNamespaces(kernel, namespaces, runs);
  refuse([...(await notEnded(kernel, runs.filter(isHere))), ...unread.map(wordsOfUnread)]);
}

function refuse([first]: readonly Pick<OtherApply, 'what' | 'next'>[]): void {
  if (first === undefined) return;
  throw new FwError('apply.other-folder', first.what, { next: `${first.next} Then run again.` });
}

/** One namespace has other names for runs in another network or mount namespace, so names decide nothing. */
async function inNamespaces(
  kernel: Ports['kernel'],
  namespaces: readonly Namespace[],
  runs: readonly OtherRun[],
): Promise<(run: OtherRun) => boolean> {
  return runs.length === 0 ? () => false : isIn(await kernel.identify(namespaces, 'cookie'));
}

function isIn(namespaces: readonly NamespaceIdentity[]): (other: OtherRun) => boolean {
  return (other) =>
    other.namespaces.some((theirs) => namespaces.some((ours) => isSame(theirs, ours) ?? isNamedAlike(theirs, ours)));
}

function isNamedAlike(one: NamespaceIdentity, other: NamespaceIdentity): boolean {
  return namespaceLabel(one.namespace) === namespaceLabel(other.namespace);
}

async function notEnded(kernel: Ports['kernel'], runs: readonly OtherRun[]): Promise<readonly OtherApply[]> {
  const told = runs.map(async (run) => {
    const standing = await run.standing();
    return standing === 'ended' ? [] : [{ run, ...wordsOf(run, standing, await hostOf(kernel, run)) }];
  });
  return (await Promise.all(told)).flat();
}

/** The `host` of another apply, as seen from here. */
type Host = { readonly isHere: true } | { readonly isHere: false; readonly name: string | undefined };

/** An apply may call another network namespace `host` than this run does; commands about it are refused outside of that one. */
async function hostOf(kernel: Ports['kernel'], { namespaces }: OtherRun): Promise<Host> {
  const theirs = namespaces.find(({ namespace }) => namespace.kind === 'host');
  if (theirs === undefined) return { isHere: true };
  const [ours] = await kernel.identify([theirs.namespace], 'cookie').catch(() => []);
  if (ours === undefined || isSame(theirs, ours) !== false) return { isHere: true };
  return { isHere: false, name: await nameOfNamespace(kernel, theirs) };
}

function wordsOf(
  run: OtherRun,
  standing: Exclude<OtherStanding, 'ended'>,
  host: Host,
): Pick<OtherApply, 'what' | 'next'> {
  const { id, operator, folder, namespaces, isAtThisPath, entry } = run;
  const name = host.isHere ? undefined : host.name;
  const hostLabel = host.isHere
    ? 'host'
    : `the host of ${name === undefined ? 'another network namespace' : `namespace ${name}`}`;
  const labels = namespaces
    .map(({ namespace }) => (namespace.kind === 'host' ? hostLabel : namespaceLabel(namespace)))
    .join(', ');
  const command = (words: string) => `${name === undefined ? '' : `ip netns exec ${name} `}fw ${words} ${at}`;
  const there = host.isHere || name !== undefined ? '' : 'In that network namespace: ';
  const whose = `the apply ${id} of ${operator}, which the data folder ${folder} keeps,`;
  const may = `what it made live in ${labels} may go back`;
  const at = `--data-dir ${shellWord(folder)}`;
  const watched = `${whose} has not ended: ${may}`;
  switch (standing) {
    case 'silent':
      return {
        what: `${whose} may not have ended, since that folder does not tell: ${may}`,
        next: `Mend the disk of that folder. Where it is gone for good: look at the live rules, then remove ${entry}.`,
      };
    case 'left':
      return {
        what: `${whose} has not ended, and its watchdog is gone: ${may} as soon as fw recover or fw apply is run with that folder`,
        next: `Take it back, or have it watched again while its time is not over. ${there}Run:  ${command('recover')}`,
      };
    default:
      if (isAtThisPath) {
        const next = 'That folder is no longer at its path, so nobody can confirm it: wait until it has gone back.';
        return { what: watched, next };
      }
      return {
        what: watched,
        next: `${there}Keep it with ${command(`confirm ${id}`)}, take it back with ${command('confirm --reject')}, or wait until it has ended.`,
      };
  }
}

function wordsOfUnread(path: string): Pick<OtherApply, 'what' | 'next'> {
  return {
    what: `an apply of another data folder has not ended, and this fw cannot read its entry ${path}: it may be in the same namespaces, and go back`,
    next: 'Wait until that entry is gone, or use the version of fw that made it.',
  };
}
