import { createHash } from 'node:crypto';
import { approvalOf } from '../../../core/approval/approval-of.ts';
import { printReverse, printStepEdits } from '../../../core/plan/step-edits.ts';
import type { Plan } from '../../../core/plan/types.ts';
import type { PlanReport } from '../../../core/report/types.ts';
import { selectionWords } from '../../../core/selection/selection-words.ts';
import { wholeTransition } from '../../../core/transitions/transitions.ts';
import { changeText } from '../../plan/class-text.ts';
import { declaredTexts } from '../../plan/declared-text.ts';
import { foreignGroups } from '../../plan/foreign-labels.ts';
import { signatureText, stateText } from '../../plan/saved-texts.ts';
import { nameList } from '../../text/name-list.ts';
import { quantity } from '../../text/quantity.ts';
import { html, type Markup } from './markup.ts';

type Row = readonly [name: string, value: string];

/** Who made it, where, when and of what, and the digests by which one knows that it is the same plan. */
export function provenanceSection(report: PlanReport): Markup {
  const rows = [...madeRows(report), ...digestRows(report), ...reachRows(report)];
  return html`<section id="provenance"><h2>Provenance</h2>
<dl>${rows.map(([name, value]) => html`<dt>${name}</dt><dd><code>${value}</code></dd>\n`)}</dl></section>
`;
}

function madeRows(report: PlanReport): readonly Row[] {
  const { host, operator, created, expires, commit, selection, signature, fw_version } = report;
  return [
    ['made on', host],
    ['by', operator],
    ['at', created],
    ['to be applied before', expires ?? 'it is not saved'],
    ['of the state', stateText(report)],
    [
      'commit',
      commit === null ? 'none' : `${commit.id}${commit.dirty ? ' (with changes that are not committed)' : ''}`,
    ],
    ...(selection === undefined ? [] : [['part of the state', selectionWords(selection).join(' ')] as const]),
    ['signature', signature === undefined ? 'Not signed.' : signatureText(signature)],
    ['fw', fw_version],
  ];
}

function digestRows(report: PlanReport): readonly Row[] {
  const { plan, transitions, file_digest } = report;
  const whole = wholeTransition(transitions);
  const approval = approvalOf(report);
  return [
    ...(file_digest === undefined ? [] : [['sha256 of the file', file_digest] as const]),
    ...(approval === undefined ? [] : [['approval', approval] as const]),
    ...(whole === undefined ? [] : [['from', whole.from] as const, ['to', whole.to] as const]),
    ...(plan.steps.length === 0
      ? []
      : [
          ['sha256 of the restore text', textDigest(plan, printStepEdits)] as const,
          ['sha256 of the way back', textDigest(plan, printReverse)] as const,
        ]),
  ];
}

/** Over the texts of all steps, in their order. */
function textDigest({ steps }: Plan, print: (step: Plan['steps'][number]) => string): string {
  const hash = createHash('sha256');
  for (const step of steps) hash.update(print(step));
  return hash.digest('hex');
}

function reachRows(report: PlanReport): readonly Row[] {
  const { plan, declared = [] } = report;
  const over = report.judge()?.over ?? [];
  return [
    ...over.map((one): Row => ['class because of', changeText(one)]),
    ...declaredTexts(declared).map((text): Row => ['declares in', text]),
    ...foreignGroups(plan.foreign).map(
      ({ names, labels, rules }): Row => [
        'left alone',
        `${labels.join(', ')}: ${quantity(rules, 'rule')} of others in ${nameList(names)}`,
      ],
    ),
  ];
}

export function footer({ fw_version }: PlanReport): Markup {
  return html`<footer>Made by fw ${fw_version}. This page loads nothing, and shows what the plan file holds; <code>fw show FILE</code> prints the same.</footer>
`;
}
