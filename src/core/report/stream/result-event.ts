import type { ChangeClass } from '../../approval/types.ts';
import type { FirewallState, FwError } from '../../diagnostics/errors.ts';
import { placeDiagnostics } from '../../plan/view/placed.ts';
import type { SummaryDocument } from '../types.ts';
import { diagnosticEvent } from './plan-events.ts';
import type { StreamEvent } from './types.ts';

export type RunResult = {
  readonly exitCode: number;
  /** plan: there is something to do; apply: something was done and stays. */
  readonly changed: boolean;
  readonly firewall: FirewallState;
  readonly summary?: SummaryDocument;
  readonly transition?: { readonly from: string; readonly to: string };
  /** What `--approved` takes for the plan, and its class. */
  readonly approval?: string;
  readonly class?: ChangeClass;
  readonly generation?: number;
  readonly pending?: { readonly id: string; readonly deadline: string };
  readonly error?: {
    readonly code: string;
    readonly message: string;
    readonly next: string;
    readonly said: string | null;
  };
};

/** The last line of every stream. */
export function resultEvent(result: RunResult): StreamEvent {
  const { exitCode, changed, firewall, summary, transition, generation, pending, error } = result;
  return {
    type: 'result',
    level: error === undefined ? 'info' : 'error',
    message: `Exit ${exitCode}. Firewall: ${firewall}.`,
    fields: {
      exit_code: exitCode,
      changed,
      firewall,
      summary: summary ?? null,
      transition: transition ?? null,
      generation: generation ?? null,
      pending: pending === undefined ? null : { id: pending.id, deadline: pending.deadline },
      error: error ?? null,
    },
  };
}

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
