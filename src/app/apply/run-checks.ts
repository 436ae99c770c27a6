import { probeLabel } from '../../core/desired/probe-label.ts';
import type { PlannedCheck } from '../../core/desired/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { PassedCheck } from '../../core/receipt/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import type { Answer, Ports } from '../../ports/ports.ts';

/**
 * Runs the checks in their order, each until it passes or its tries are used up. Resolves to
 * what passed. Throws `apply.check-failed` for the first that fails,
 * and the reason of `stop` when that is aborted. The state has bounded the time of all of them together (place-checks.ts).
 */
export async function runChecks(
  ports: Pick<Ports, 'prober' | 'clock' | 'report'>,
  checks: readonly PlannedCheck[],
  stop: AbortSignal,
): Promise<readonly PassedCheck[]> {
  if (checks.length === 0) return [];
  ports.report({ kind: 'phase', phase: 'check' });
  const passed: PassedCheck[] = [];
  for (const check of checks) {
    const { last, tries } = await tryCheck(ports, check, stop);
    if (!last.passed) throw failed(check, last);
    passed.push(passedCheck(check, last, tries));
  }
  return passed;
}

function passedCheck({ name, probe, from, origin }: PlannedCheck, { words }: Answer, tries: number): PassedCheck {
  return { name: name ?? null, probe: probeLabel(probe), from: namespaceLabel(from), origin, tries, words };
}

/** The first answer that passes, or the last one, and the number of tries. */
async function tryCheck(
  { prober, clock }: Pick<Ports, 'prober' | 'clock'>,
  check: PlannedCheck,
  stop: AbortSignal,
): Promise<{ readonly last: Answer; readonly tries: number }> {
  for (let left = check.retries; ; left -= 1) {
    stop.throwIfAborted();
    const answer = await prober.probe(check, stop);
    stop.throwIfAborted();
    if (answer.passed || left === 0) return { last: answer, tries: check.retries - left + 1 };
    await Promise.race([clock.sleep(check.waitMs), aborted(stop)]);
  }
}

function aborted(stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => stop.addEventListener('abort', () => resolve(), { once: true }));
}

function failed(check: PlannedCheck, { words, output }: Answer): FwError {
  const { name, from, origin, retries } = check;
  const what = `${probeLabel(check.probe)} from ${namespaceLabel(from)}`;
  const tries = retries === 0 ? 'once' : `${retries + 1} times`;
  const message = `the check ${name === undefined ? '' : `"${name}" `}at ${origin} failed: ${what}, tried ${tries}: ${words}`;
  return new FwError('apply.check-failed', message, output === '' ? {} : { output });
}
