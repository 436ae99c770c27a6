import type { Probe } from '../../core/desired/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { printMilliseconds } from '../../core/text/print-milliseconds.ts';
import type { Answer, Prober } from '../../ports/ports.ts';
import { enter } from '../process/enter.ts';
import { type Bounded, runBounded } from '../process/run-bounded.ts';

/** `fw probe` keeps the time of its try itself; this is for its start on a busy machine. */
const START_MS = 5_000;
const MOST_LINES = 20;

/**
 * Tries checks by programs that run in the namespace: the command of the check, or `fw probe`, since a socket belongs to the namespace
 * of the process that opens it. `fw` is the command line of fw itself.
 */
export function openProber(fw: readonly string[]): Prober {
  return {
    probe: async ({ probe, from, timeoutMs }, stop) => {
      const own = probe.kind !== 'command';
      const [program = '', ...rest] = own ? [...fw, 'probe', ...probeArgs(probe, timeoutMs)] : probe.words;
      const [file, args] = enter(from, program, rest);
      const limitMs = own ? timeoutMs + START_MS : timeoutMs;
      const ran = await runBounded(file, args, {
        timeoutMs: limitMs,
        env: { FW_NAMESPACE: namespaceLabel(from) },
        stop,
      });
      return (own ? readAnswer(ran.stdout) : undefined) ?? answerOf(ran, limitMs);
    },
  };
}

function probeArgs(probe: Exclude<Probe, { kind: 'command' }>, timeoutMs: number): readonly string[] {
  const limit = `--timeout=${timeoutMs}`;
  if (probe.kind === 'tcp') return [`--tcp=${probe.host}`, `--port=${probe.port}`, limit];
  return [`--http=${probe.url}`, ...(probe.status === undefined ? [] : [`--status=${probe.status}`]), limit];
}

/** What `fw probe` printed; undefined when it did not get that far. */
function readAnswer(stdout: string): Answer | undefined {
  try {
    const { passed, words } = JSON.parse(stdout) as { readonly passed?: unknown; readonly words?: unknown };
    return typeof passed === 'boolean' && typeof words === 'string' ? { passed, words, output: '' } : undefined;
  } catch {
    return undefined;
  }
}

function answerOf(ran: Bounded, limitMs: number): Answer {
  const { passed, words } = verdict(ran, limitMs);
  return { passed, words, output: passed ? '' : lastLines(ran.output) };
}

function verdict({ problem, exitCode, signal }: Bounded, limitMs: number): Pick<Answer, 'passed' | 'words'> {
  if (problem === 'timeout') return { passed: false, words: `no end within ${printMilliseconds(limitMs)}` };
  if (problem === 'missing') return { passed: false, words: 'the program is not there, or may not be run' };
  if (problem === 'stopped') return { passed: false, words: 'stopped' };
  if (signal !== undefined) return { passed: false, words: `killed by ${signal}` };
  return { passed: exitCode === 0, words: `exit code ${exitCode}` };
}

function lastLines(output: string): string {
  return output.trimEnd().split(/\r?\n/).slice(-MOST_LINES).join('\n');
}
