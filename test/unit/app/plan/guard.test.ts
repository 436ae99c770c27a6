import { describe, expect, test } from 'vitest';
import { type GuardOptions, guard } from '../../../../src/app/plan/guard.ts';
import { FwError } from '../../../../src/core/diagnostics/errors.ts';
import type { Finding, GuardId } from '../../../../src/core/guards/finding.ts';
import { GUARDS } from '../../../../src/core/guards/registry.ts';
import type { Namespace } from '../../../../src/core/rules/types.ts';

const HOST: Namespace = { kind: 'host' };
const BLUE: Namespace = { kind: 'named', name: 'blue' };
const FOUND = [found('FWG02', HOST), found('FWG03', BLUE), found('FWG04', BLUE)];

describe('guard', () => {
  test('nothing found needs no flag and no question', async () => {
    await guard([], { allowed: new Set(), ask: never });
    await guard([], { allowed: new Set() });
  });

  test('without a prompt it names every closed guard, its evidence and its flag', async () => {
    const error = await errorOf(FOUND, { allowed: new Set(['--allow-removal-in-use']) });
    expect([error.code, error.exit, error.firewall]).toEqual(['plan.guard', 5, 'unchanged']);
    expect(error.message).toBe('stopped by guards FWG02, FWG03');
    expect(error.next).toBe(
      'Read the evidence. If all of it is meant, run again with --allow-lockout --allow-mass-removal',
    );
    expect(error.diagnostics).toEqual([
      {
        severity: 'error',
        code: 'FWG02',
        message: 'what FWG02 saw: filter INPUT of host, ipv4',
        output: 'one fact\nanother',
        outputOf: 'the guard',
        hint: '--allow-lockout opens this guard.',
      },
      expect.objectContaining({ code: 'FWG03', hint: '--allow-mass-removal opens this guard.' }),
    ]);
  });

  test('flags open guards without a question', async () => {
    await guard(FOUND, { allowed: new Set(FOUND.map(({ flag }) => flag)), ask: never });
  });

  test('a person is asked once for each namespace, for what no flag opens', async () => {
    const asked: unknown[] = [];
    const ask: GuardOptions['ask'] = async (namespace, findings) => {
      asked.push([namespace, findings.map(({ id }) => id)]);
      return true;
    };
    await guard([...FOUND, found('FWG05', HOST)], { allowed: new Set(['--allow-mass-removal']), ask });
    expect(asked).toEqual([
      [HOST, ['FWG02', 'FWG05']],
      [BLUE, ['FWG04']],
    ]);
  });

  test('one no stops everything, without another question', async () => {
    const asked: Namespace[] = [];
    const ask: GuardOptions['ask'] = async (namespace) => {
      asked.push(namespace);
      return false;
    };
    const error = await errorOf(FOUND, { allowed: new Set(), ask });
    expect([error.code, asked]).toEqual(['plan.guard', [HOST]]);
  });

  test('a question that ends otherwise ends the run that way', async () => {
    const interrupted = new FwError('run.interrupted', 'interrupted at the question');
    const ask = () => Promise.reject(interrupted);
    await expect(guard(FOUND, { allowed: new Set(), ask })).rejects.toBe(interrupted);
  });
});

function found(id: GuardId, namespace: Namespace): Finding {
  return {
    id,
    title: `what ${id} saw`,
    namespace,
    families: ['ipv4'],
    table: 'filter',
    chain: 'INPUT',
    evidence: ['one fact', 'another'],
    flag: GUARDS.find((guard) => guard.id === id)?.flag ?? '--allow-empty',
  };
}

function never(): Promise<boolean> {
  throw new Error('asked');
}

async function errorOf(findings: readonly Finding[], options: GuardOptions): Promise<FwError> {
  const error: unknown = await guard(findings, options).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof FwError)) throw new Error(`no FwError: ${String(error)}`);
  return error;
}
