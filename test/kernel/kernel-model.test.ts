import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../src/core/rules/types.ts';
import { arbitraryRestore } from '../support/arbitrary-restore.ts';
import { refusalOf, withoutComments } from '../support/kernel-contract.ts';
import { MemoryMachine } from '../support/memory-kernel/memory-machine.ts';
import { Unmodelled } from '../support/memory-kernel/refused.ts';

const canUnshare = spawnSync('unshare', ['-n', 'true']).status === 0;
if (!canUnshare) console.error('SKIPPED test/kernel/kernel-model.test.ts: no right to make a network namespace');

it('has a network namespace to work in where one is required', () => {
  expect(canUnshare || process.env.FW_REQUIRE_KERNEL !== '1').toBe(true);
});

/** Texts in one namespace, one after the other: each with or without `--noflush`. */
type Script = { readonly text: string; readonly noflush: boolean };

/** How a restore ended, and what is live then. */
type Step = { readonly refusal: ReturnType<typeof refusalOf>; readonly saved: string };

const script = fc.record({ text: arbitraryRestore(), noflush: fc.integer({ min: 0, max: 4 }).map((at) => at > 0) });

describe.runIf(canUnshare).each<Backend>(['nft', 'legacy'])('the kernel in memory and the real one, %s', (backend) => {
  it('answer the same to the same restore scripts: verdict, line, words, rules and counters', () => {
    let compared = 0;
    fc.assert(
      fc.property(fc.array(script, { minLength: 2, maxLength: 6 }), (scripts) => {
        const modelled = runInMemory(backend, scripts);
        compared += modelled.length;
        expect(runForReal(backend, scripts.slice(0, modelled.length))).toEqual(modelled);
      }),
      { seed: 20261128, numRuns: 40 },
    );
    // What the model does not know ends a run; it must be the exception.
    expect(compared).toBeGreaterThan(80);
  });
});

/** As far as the model knows the answers. */
function runInMemory(backend: Backend, scripts: readonly Script[]): readonly Step[] {
  const namespace = new MemoryMachine().host;
  const steps: Step[] = [];
  for (const { text, noflush } of scripts) {
    try {
      const refusal = refusalOf(namespace.restore(backend, 'ipv4', text, { noflush }));
      steps.push({ refusal, saved: withoutComments(namespace.save(backend, 'ipv4', new Date(0)).stdout) });
    } catch (error) {
      if (error instanceof Unmodelled) break;
      throw error;
    }
  }
  return steps;
}

const SHELL = `while [ $# -gt 0 ]; do
    printf %s "$2" | iptables-$BACKEND-restore $1 --counters -w 5 2>&1 >/dev/null; echo "exit $?"
    iptables-$BACKEND-save --counters; echo END; shift 2
  done`;

function runForReal(backend: Backend, scripts: readonly Script[]): readonly Step[] {
  const args = scripts.flatMap(({ text, noflush }) => [noflush ? '--noflush' : '--counters', text]);
  const { stdout, status, stderr } = spawnSync('unshare', ['-n', 'sh', '-c', SHELL, 'sh', ...args], {
    encoding: 'utf8',
    env: { ...process.env, BACKEND: backend, XTABLES_LOCKFILE: '/dev/null' },
  });
  if (status !== 0) throw new Error(`the shell failed: ${stderr}`);
  return stdout
    .split('END\n')
    .slice(0, -1)
    .map((part) => {
      const [, said = '', exit = '', saved = ''] = /^([\s\S]*?)exit (\d+)\n([\s\S]*)$/.exec(part) ?? [];
      const ran = { exitCode: Number(exit), stdout: '', stderr: said };
      return { refusal: refusalOf(ran), saved: withoutComments(saved) };
    });
}
