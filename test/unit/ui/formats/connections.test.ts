import { expect, test } from 'vitest';
import type { RefusedConnection } from '../../../../src/core/connections/types.ts';
import type { CountedConnections } from '../../../../src/core/connections/wish.ts';
import { printGithub } from '../../../../src/ui/formats/print-github.ts';
import { printGitlab } from '../../../../src/ui/formats/print-gitlab.ts';
import { printMarkdown } from '../../../../src/ui/formats/print-markdown.ts';
import { printSarif } from '../../../../src/ui/formats/print-sarif.ts';
import { named, samplePlan } from '../sample-plan.ts';
import { reportOf } from './sample-report.ts';

const tuple = { source: '198.51.100.7', destination: '192.0.2.1', sourcePort: 40_000, destinationPort: 22 };
const one: RefusedConnection = {
  id: '1',
  family: 'ipv4',
  protocol: 6,
  original: tuple,
  reply: tuple,
  zone: 0,
  goesOn: true,
  fate: 'may-return',
};
const counted: readonly CountedConnections[] = [
  {
    namespace: named('blue'),
    family: 'ipv4',
    ends: true,
    found: { kind: 'counted', judged: 120, refused: [one, one], open: 0, others: 0 },
  },
  {
    namespace: named('green'),
    family: 'ipv4',
    ends: true,
    found: { kind: 'unknown', because: 'no \u001b[2J `@here`' },
  },
];
const report = reportOf(samplePlan(), {
  counted,
  connections: [{ namespaces: [named('blue')], origin: 'state/a.yaml:2' }],
});

const SENTENCES = [
  'blue, IPv4: 2 of 120',
  '2  tcp -> 192.0.2.1 port 22',
  '2 may come back: their entries are deleted',
  'Not counted in green: no \\x1b[2J `@here`',
  'running connections that it refuses are ended in blue (state/a.yaml:2)',
];

test.each([
  ['markdown', printMarkdown(report, { budget: 60_000 })],
  ['GitHub', printGithub(report).replaceAll('%0A', '\n')],
  ['GitLab', (JSON.parse(printGitlab(report)) as { connections: readonly string[] }).connections.join('\n')],
  ['SARIF', JSON.stringify(JSON.parse(printSarif(report, { base: '/x' }))).replaceAll('\\\\', '\\')],
])('%s tells of running connections what the text does', (_format, text) => {
  for (const sentence of SENTENCES) expect(text).toContain(sentence);
  expect(text).not.toContain('\u001b');
});

test('what is refused or ended is a warning, with its place where the state says it', () => {
  const { results } = (JSON.parse(printSarif(report, { base: '/x' })) as Sarif).runs[0] as Sarif['runs'][number];
  const found = results.filter(({ ruleId }) => ruleId.startsWith('fw/connections'));
  expect(found.map(({ ruleId, level }) => [ruleId, level])).toEqual([
    ['fw/connections-refused', 'warning'],
    ['fw/connections-end', 'warning'],
    ['fw/connections-refused', 'note'],
  ]);
  expect(JSON.stringify(found[1]?.locations)).toContain('"startLine":2');
  expect(printGithub(report)).toMatch(
    /^::warning title=Running connections that would be refused::blue, IPv4: 2 of 120/m,
  );
  expect(printGithub(report)).toMatch(
    /^::warning file=state\/a\.yaml,line=2,title=An apply ends running connections::/m,
  );
});

test('a comment without room for them says so', () => {
  const many = Array.from({ length: 60 }, (_, at) => ({
    ...one,
    original: { ...tuple, destination: `192.0.2.${at}` },
  }));
  const full = counted.flatMap((count) =>
    Array.from(
      { length: 40 },
      () => ({ ...count, found: { kind: 'counted', judged: 99, refused: many, open: 0, others: 0 } }) as const,
    ),
  );
  expect(printMarkdown({ ...report, counted: full }, { budget: 6000 })).toContain('do not fit in here');
});

type Sarif = {
  readonly runs: readonly {
    readonly results: readonly { readonly ruleId: string; readonly level: string; readonly locations: unknown }[];
  }[];
};
