import type { DesiredChain, DesiredRule } from '../desired/types.ts';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import type { Span } from '../diagnostics/span.ts';
import { MATCHES } from '../extensions/matches.ts';
import { targetsThat } from '../extensions/targets.ts';
import { withoutComments } from '../rule-text/without-comments.ts';

const ENDS = targetsThat(({ ends }) => ends === true).join('|');
const TAKES_EVERYTHING = new RegExp(`^(?:-j|--jump) (?:${ENDS})(?: |$)|^(?:-g|--goto) \\S+$`);
const ENDING = new RegExp(`(?:^| )(?:-j|--jump) (?:${ENDS})(?: |$)`);
const EVERY_ADDRESS = /(?:^| )(?:-[sd]|--source|--src|--destination|--dst) (?:0\.0\.0\.0\/0|::\/0)(?= )/g;

/** Matches that remember, or ask what another rule may have changed meanwhile: the second of two equal rules may well match. */
const REMEMBERS = new RegExp(
  `-m (?:${Object.entries(MATCHES)
    .flatMap(([name, { memory, asksOthers }]) => (memory === 'counts' || asksOthers === true ? [name] : []))
    .join('|')}) `,
);

/** Rules behind one that takes every packet, and rules that stand twice in a chain. */
export function checkRepeated(chain: DesiredChain): readonly Diagnostic[] {
  const wall = chain.rules.findIndex(({ text }) => takesEverything(text));
  const behind = wall < 0 ? [] : chain.rules.slice(wall + 1);
  return [
    ...unreachable(chain, wall, behind),
    ...doubled(behind.length === 0 ? chain.rules : chain.rules.slice(0, wall + 1)),
  ];
}

function takesEverything(text: string): boolean {
  // Nearly every rule begins with a match.
  if (!/^-(?:-jump|-goto|[jgsdm]|-s|-d)/.test(text) || (text.startsWith('-m ') && !text.startsWith('-m comment ')))
    return false;
  const bare = withoutComments(text).replace(EVERY_ADDRESS, '').trimStart();
  return TAKES_EVERYTHING.test(bare);
}

function unreachable(chain: DesiredChain, wall: number, behind: readonly DesiredRule[]): readonly Diagnostic[] {
  const [first] = behind;
  const before = chain.rules[wall];
  if (first === undefined || before === undefined) return [];
  const more = behind.length - 1;
  return [
    {
      severity: 'warning',
      code: 'state.unreachable-rule',
      message: `${more === 0 ? 'This rule never sees' : `This rule and ${more} more behind it never see`} a packet: the one before takes everything`,
      span: first.span,
      related: [{ message: 'this one takes every packet', span: before.span }],
      hint: 'Put it in front, or take it out.',
    },
  ];
}

function doubled(rules: readonly DesiredRule[]): readonly Diagnostic[] {
  const seen = new Map<string, DesiredRule>();
  const found: Diagnostic[] = [];
  for (const rule of rules) {
    const first = seen.get(rule.text);
    if (first === undefined) seen.set(rule.text, rule);
    else if (ENDING.test(rule.text) && !REMEMBERS.test(rule.text)) found.push(twice(rule.span, first.span));
  }
  return found;
}

function twice(span: Span, first: Span): Diagnostic {
  const isOfList = span.file === first.file && span.start === first.start;
  const value = span.expanded?.values.at(-1);
  const other = first.expanded?.values.at(-1);
  if (isOfList && value !== undefined && other !== undefined) {
    return {
      severity: 'warning',
      code: 'state.duplicate-rule',
      message: `\`$${value.name}\` has \`${value.text}\` twice, so this rule stands twice in its chain: the second never matches`,
      span,
      related: [
        { message: 'here', span: other.span },
        { message: 'and here', span: value.span },
      ],
      hint: 'Take one of them out of the lists.',
    };
  }
  return {
    severity: 'warning',
    code: 'state.duplicate-rule',
    message: 'This rule stands twice in its chain: the second never matches',
    span,
    related: [{ message: 'the first one', span: first }],
    hint: 'Take one of them out.',
  };
}
