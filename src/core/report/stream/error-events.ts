import type { FwError } from '../../diagnostics/errors.ts';
import { placeDiagnostics } from '../../plan/view/place-diagnostic.ts';
import { diagnosticEvent } from './plan-events.ts';
import { resultEvent } from './result-event.ts';
import type { StreamEvent } from './types.ts';

/** The end of a run that failed: what is wrong in the files, what the run stopped on, and the result. `next` is the advice as it is to stand there. */
export function errorEvents(error: FwError, next = error.next): readonly StreamEvent[] {
  const { code, message, firewall, output, diagnostics, sources, exit } = error;
  const detail = [output?.trimEnd() ?? '', next].filter((text) => text !== '').join('\n');
  return [
    ...placeDiagnostics(diagnostics, sources).map(diagnosticEvent),
    diagnosticEvent({ severity: 'error', code, summary: message, detail, range: null }),
    resultEvent({ exitCode: exit, changed: false, firewall, error: { code, message, next, said: output ?? null } }),
  ];
}
