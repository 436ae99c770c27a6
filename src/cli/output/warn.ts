import { findPending, findUnkeptRuns } from '../../app/recover/find-pending.ts';
import { type OtherApply, othersToTell } from '../../app/recover/other-folders.ts';
import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import type { Sources } from '../../core/diagnostics/span.ts';
import type { Namespace } from '../../core/rules/types.ts';
import { capital } from '../../core/text/capital.ts';
import type { Ports } from '../../ports/ports.ts';
import { unfinishedSentence } from '../../ui/answers/pending-lines.ts';
import { printDiagnostic } from '../../ui/errors/print-diagnostic.ts';
import { cleanText } from '../../ui/text/clean-text.ts';
import { adviceInFolder } from '../../ui/text/in-folder.ts';
import { localTime } from '../../ui/text/local-time.ts';

/** A warning that changes neither what a run does nor its exit number. */
export function warn(words: string): void {
  process.stderr.write(`Warning: ${cleanText(words, true)}\n`);
}

/** The same for warnings with a place, or about live rules, where the result itself has no room for them. */
export function warnAll(
  warnings: readonly Diagnostic[],
  facts: Parameters<typeof printDiagnostic>[2],
  sources: Sources = new Map(),
): void {
  const lines = warnings.flatMap((warning) => [...printDiagnostic(warning, sources, facts), '']);
  if (lines.length > 0) process.stderr.write(`${lines.join('\n')}\n`);
}

/** For commands that bring something back: what keeps new work from a data folder is no obstacle to them, but is reported. */
export async function warnOfFolder(ports: Ports): Promise<void> {
  const fault = await ports.dataFolder.fault();
  if (fault !== undefined) warn(`${fault.message}. No apply begins before that is mended. ${fault.next}`);
}

/** The rules are back, and the disk does not take that down. `command` is what ends the journal later. */
export function warnUnrecorded(id: string, output: string, command: string): void {
  warn(
    `the journal of ${id} cannot be ended: ${output}. The rules are back all the same; once the disk takes it, run ${command} again.`,
  );
}

/** Tells on standard error that the newest generation may not be the newest for long. */
export async function warnPending(ports: Ports): Promise<void> {
  const { waiting } = await findPending(ports);
  for (const { id, operator } of waiting) {
    process.stderr.write(
      `Warning: the apply ${id} of ${operator} waits to be confirmed. What it makes of the states is not shown yet.\n`,
    );
  }
}

function warnEach(others: readonly OtherApply[]): void {
  for (const { what, next } of others) warn(`${what}. ${next}`);
}

/** The same of applies that other data folders keep, in namespaces which a run is about and the newest generation need not have. `told` are those that were named already. */
export async function warnOthers(
  ports: Ports,
  namespaces: readonly Namespace[],
  told: readonly OtherApply[],
): Promise<void> {
  if (namespaces.length === 0 || !ports.kernel.isPrivileged()) return;
  const named = new Set(told.map(({ what }) => what));
  warnEach((await othersToTell(ports, namespaces)).filter(({ what }) => !named.has(what)));
}

/**
 * Prints on standard error that no watchdog brings an apply back, as every command does that looks at the firewall. With `live`, for those that
 * compare live rules with something, also that what is live is not kept yet. `where` is what a printed command needs
 * behind it, see `inFolder`. Resolves to the applies of other data folders that it named.
 */
export async function warnUnfinished(
  ports: Ports,
  where: string,
  { live = false } = {},
): Promise<readonly OtherApply[]> {
  const { unfinished, pending, atWork, elsewhere, holder, others } = await findUnkeptRuns(ports);
  for (const { id, operator } of live ? atWork : []) {
    if (elsewhere.has(id)) continue;
    warn(`the apply ${id} of ${operator} is not concluded (at work: ${holder}): what is live now may go back.`);
  }
  if (live) warnEach(others);
  for (const one of unfinished) {
    const place = elsewhere.get(one.run.id);
    warn(
      `the apply ${unfinishedSentence(one, place === undefined ? undefined : `${capital(place.what)}. ${adviceInFolder(place.next, where)}`, where)}`,
    );
  }
  for (const { run, isWatched, deadline, standing } of pending) {
    if (standing.kind === 'not live') {
      const what = `nothing of the apply ${run.id} of ${run.operator} is live, but its journal has not ended`;
      if (live || !isWatched) warn(`${what}. End it:  fw confirm --reject ${run.id}${where}`);
      continue;
    }
    const place = elsewhere.get(run.id);
    const who = `the apply ${run.id} of ${run.operator} waits to be confirmed`;
    if (isWatched) {
      if (live && place === undefined)
        warn(`${who}: what it made live goes back at ${localTime(deadline)} unless it is.`);
      continue;
    }
    if (isWatched === undefined) {
      warn(`${who}, and whether its watchdog is there is not known, since flock(1) does not tell.`);
      continue;
    }
    const next =
      place === undefined
        ? `Give it another:  fw recover${where}`
        : `${capital(place.what)}. ${adviceInFolder(place.next, where)}`;
    warn(`${who}, and its watchdog is gone: nobody would bring it back. ${next}`);
  }
  return live ? others : [];
}
