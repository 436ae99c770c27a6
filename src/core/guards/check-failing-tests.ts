import { expectationText, explainOutcome } from '../flow-tests/explain.ts';
import type { TestResult } from '../flow-tests/types.ts';
import type { Namespace } from '../rules/types.ts';
import type { Evidence, Guard } from './types.ts';

export const failingTests: Guard<'FWG08', '--allow-failing-tests'> = {
  id: 'FWG08',
  flag: '--allow-failing-tests',
  summary: 'Go on although a test of the state does not hold after the apply.',
  sarif: 'A test of the state fails',
  closedWhen: 'a test of the state does not hold by the rules after the apply, or cannot be judged',
  shows: 'each test with its place, the rule or policy that decides, and one of the packets',
  needsMachine: true,
  check: ({ tests = [] }) => tests.flatMap(checkResult),
};

function checkResult(one: TestResult): readonly Evidence[] {
  const { result, namespaces, families, origin } = one;
  if (result.kind === 'holds') return [];
  const by = result.kind === 'fails' ? result.outcome.by : undefined;
  return namespaces.map(
    (name): Evidence => ({
      title: 'a test of the state does not hold',
      namespace: namespaceOf(name),
      families,
      ...(by === undefined ? {} : { table: by.table, chain: by.chain }),
      evidence: [
        `${expectationText(one)}  ${origin}`,
        ...explainOutcome({ result, namespaces: [name] }).map((line) => `  ${line}`),
      ],
    }),
  );
}

function namespaceOf(label: string): Namespace {
  return label === 'host' ? { kind: 'host' } : { kind: 'named', name: label };
}
