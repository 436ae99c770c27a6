import type { TraceDocument, TraceWay } from '../../core/packets/trace/trace-document.ts';
import { cleanText } from '../text/clean-text.ts';

type Step = TraceWay['steps'][number];
type Place = Step['at'];

/** The way of a packet, a line for each rule that it meets, and one final verdict. */
export function printTrace(document: TraceDocument): readonly string[] {
  const { packet, notes, way, kernel, rules, namespace } = document;
  const lines = [
    `${packet}`,
    ...(rules === 'desired' || namespace !== 'host' ? [`by the ${rules} rules of ${namespace}`] : []),
    ...printWay(way, '  '),
    ...notes.map((note) => `note: ${note}`),
    ...(kernel === undefined
      ? []
      : [
          '',
          kernel.agrees
            ? 'The kernel, on a copy of these rules, did the same.'
            : 'The kernel, on a copy of these rules, did this:',
        ]),
    ...(kernel === undefined || kernel.agrees ? [] : kernel.steps.map((step) => `  ${step}`)),
    ...(kernel === undefined || kernel.agrees ? [] : ['']),
    `${finalVerdict(way)}${document.supposed ? ', if the packet goes the way of the note' : ''}`,
  ];
  return lines.map((line) => cleanText(line, true));
}

function printWay(way: TraceWay, indent: string): readonly string[] {
  const rows = way.steps.map((step) => [
    step.at.table,
    step.at.chain,
    ruleNumber(step.at),
    textOf(step),
    effectOf(step),
    factsOf(step.at),
  ]);
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(0, ...rows.map((row) => Math.min(row[column]?.length ?? 0, 60))),
  );
  const lines = rows.map((row) =>
    `${indent}${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
  if (way.question === null) return lines;
  const { text, at, yes, no } = way.question;
  return [
    ...lines,
    `${indent}? ${text} of ${placeOf(at)}: ${at.text}`,
    `${indent}  yes:`,
    ...printBranch(yes, `${indent}    `),
    `${indent}  no:`,
    ...printBranch(no, `${indent}    `),
  ];
}

function printBranch(way: TraceWay, indent: string): readonly string[] {
  return [...printWay(way, indent), ...(way.question === null ? [`${indent}=> ${verdictOf(way)}`] : [])];
}

function ruleNumber({ rule }: Place): string {
  return rule === null ? '' : String(rule);
}

function textOf({ kind, at }: Step): string {
  return kind === 'policy' ? `policy ${at.text}` : at.text;
}

function effectOf({ action, at, changes, may }: Step): string {
  const chain = /(?:^| )-[jg] (\S+)/.exec(at.text)?.[1];
  const effects = [
    ...(may === null ? [] : [`if ${may}, and goes on either way`]),
    ...(action === 'jump' || action === 'goto' ? [`-> ${chain}`] : []),
    ...(action === 'return' ? ['back'] : []),
    ...changes.map(({ what, to }) => `${what} ${to}`),
  ];
  return effects.join(', ');
}

function factsOf({ origin, generation, operator, owner, packets }: Place): string {
  const facts = [
    ...(origin === null ? [] : [origin]),
    ...(generation === null ? [] : [`generation ${generation}${operator === null ? '' : ` by ${operator}`}`]),
    ...(owner === null || owner === 'fw' ? [] : [`of ${owner}`]),
    ...(packets === null ? [] : [`${packets} packets`]),
  ];
  return facts.length === 0 ? '' : `# ${facts.join(', ')}`;
}

function placeOf({ table, chain, rule }: Place): string {
  return `${table} ${chain}${rule === null ? '' : ` ${rule}`}`;
}

/** Where answers are open, what each comes to; once where all come to the same. */
function finalVerdict(way: TraceWay): string {
  const verdicts = [...new Set(verdictsOf(way))];
  const [first = 'unknown'] = verdicts;
  if (verdicts.length === 1) return `Final verdict: ${first}${way.question === null ? '' : ', whatever the answers'}`;
  return `Final verdict: depends on the answers above: ${verdicts.join('; or ')}`;
}

function verdictsOf(way: TraceWay): readonly string[] {
  return way.question === null ? [verdictOf(way)] : [...verdictsOf(way.question.yes), ...verdictsOf(way.question.no)];
}

const WORDS: Readonly<Record<string, string>> = {
  accept: 'ACCEPT',
  drop: 'DROP',
  reject: 'REJECT',
  queue: 'handed to a program',
  unknown: 'not known',
};

function verdictOf({ verdict, detail, decided_by: by, to, from }: TraceWay): string {
  if (verdict === null || by === null) return `not known: ${detail}`;
  const place = by.rule === null ? `the policy of ${by.table} ${by.chain}` : placeOf(by);
  const translated = [...(to === null ? [] : [`to ${to}`]), ...(from === null ? [] : [`from ${from}`])].join(' ');
  return `${WORDS[verdict] ?? verdict}${detail === null ? '' : ` (${detail})`} by ${place}${translated === '' ? '' : `, ${translated}`}`;
}
