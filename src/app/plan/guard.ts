import type { Diagnostic } from '../../core/diagnostics/diagnostic.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { Finding, GuardFlag } from '../../core/guards/finding.ts';
import { placeOf } from '../../core/guards/finding.ts';
import type { Namespace } from '../../core/rules/types.ts';

export type GuardOptions = {
  readonly allowed: ReadonlySet<GuardFlag>;
  /**
   * Asks a person to type the name of a namespace, for all that was found in it at once. Absent where there is no prompt. It may throw
   * instead of answering, such as when the question is interrupted.
   */
  readonly ask?: (namespace: Namespace, findings: readonly Finding[]) => Promise<boolean>;
};

/**
 * Resolves when every guard is open: by its flag, or by the word of a person, asked once for each namespace. Otherwise throws
 * `plan.guard` with all that are closed, their evidence and their flags. Nothing has been changed at this point.
 */
export async function guard(findings: readonly Finding[], { allowed, ask }: GuardOptions): Promise<void> {
  const closed = findings.filter((finding) => !allowed.has(finding.flag));
  if (closed.length === 0) return;
  if (ask === undefined) throw closedError(closed);
  for (const ofNamespace of byNamespace(closed)) {
    const [first] = ofNamespace;
    if (first !== undefined && !(await ask(first.namespace, ofNamespace))) throw closedError(closed);
  }
}

function byNamespace(findings: readonly Finding[]): Iterable<readonly Finding[]> {
  const groups = new Map<string, Finding[]>();
  for (const finding of findings) {
    const key = JSON.stringify(finding.namespace);
    const others = groups.get(key);
    if (others === undefined) groups.set(key, [finding]);
    else others.push(finding);
  }
  return groups.values();
}

function closedError(closed: readonly Finding[]): FwError {
  const ids = [...new Set(closed.map((finding) => finding.id))];
  const flags = [...new Set(closed.map((finding) => finding.flag))];
  return new FwError('plan.guard', `stopped by ${ids.length === 1 ? 'guard' : 'guards'} ${ids.join(', ')}`, {
    firewall: 'unchanged',
    next: `Read the evidence. If all of it is meant, run again with ${flags.join(' ')}`,
    diagnostics: closed.map(diagnose),
  });
}

function diagnose(finding: Finding): Diagnostic {
  return {
    severity: 'error',
    code: finding.id,
    message: `${finding.title}: ${placeOf(finding)}`,
    output: finding.evidence.join('\n'),
    outputOf: 'the guard',
    hint: `${finding.flag} opens this guard.`,
  };
}
