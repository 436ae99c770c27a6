import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import type { TableName } from '../../rules/types.ts';
import { isTemplateName, isUse, type Template } from '../as-written/template.ts';
import type { ReadRule, WrittenChain, WrittenItem, WrittenTable, WrittenUse } from '../as-written/written.ts';
import { checkChain } from '../rule/check-chain.ts';
import { readRule } from '../rule/read-rule.ts';
import { expandText } from '../values/expand-text.ts';
import { type Expanding, isWanted, type Place, spanAt, takeFrom } from '../values/expanding.ts';
import { resolveValues } from '../values/resolve-values.ts';
import { quote } from '../yaml/quote.ts';
import { bindParameters } from './bind-parameters.ts';
import { expandTest } from './expand-test.ts';

const DEEPEST = LIMITS.templateDepth.most;

type Written = { readonly uses: readonly WrittenUse[]; readonly tables: readonly WrittenTable<WrittenItem>[] };

/** Tables with everything written out: those of the templates that are used first, in order, then the own ones. */
export function expandTables(expanding: Expanding, written: Written, place: Place): readonly WrittenTable<ReadRule>[] {
  const tables = new Map<TableName, { name: TableName; span: Span; chains: WrittenChain<ReadRule>[] }>();
  addTables(expanding, written, place, (name, span) => {
    const table = tables.get(name) ?? { name, span, chains: [] };
    tables.set(name, table);
    return table.chains;
  });
  return [...tables.values()];
}

type Chains = (name: TableName, span: Span) => WrittenChain<ReadRule>[];

function addTables(expanding: Expanding, { uses, tables }: Written, place: Place, chainsOf: Chains): void {
  for (const use of uses) {
    if (!takeFrom(expanding, 'uses', 1, use.template.span)) return;
    const entered = enterTemplate(expanding, use, place, 'tables');
    if (entered === undefined) continue;
    addTables(expanding, entered.template, entered.place, chainsOf);
    for (const test of entered.template.tests ?? [])
      expanding.tests.push(expandTest(test, entered.place, expanding.diagnostics));
  }
  for (const table of tables) {
    const chains = chainsOf(table.name, spanAt(table.span, place));
    for (const chain of table.chains) chains.push(...expandChain(expanding, table.name, chain, place));
  }
}

function expandChain(
  expanding: Expanding,
  table: TableName,
  chain: WrittenChain<WrittenItem>,
  place: Place,
): readonly WrittenChain<ReadRule>[] {
  const { when, ...rest } = chain;
  if (!isWanted(expanding, when, place)) return [];
  const span = spanAt(chain.span, place);
  const name = expandText({ text: chain.name, span, exact: true }, place.scope);
  expanding.diagnostics.push(...name.diagnostics);
  if (name.text === undefined) return [];
  const rules: ReadRule[] = [];
  addItems(expanding, chain.rules, place, rules);
  const policy =
    chain.policy === undefined ? {} : { policy: { ...chain.policy, span: spanAt(chain.policy.span, place) } };
  const made = { ...rest, name: name.text, span, ...policy, rules };
  expanding.diagnostics.push(...checkChain(expanding.head, table, made));
  return [made];
}

function addItems(expanding: Expanding, items: readonly WrittenItem[], place: Place, rules: ReadRule[]): void {
  for (const item of items) {
    if (isUse(item)) {
      if (!takeFrom(expanding, 'uses', 1, item.template.span)) return;
      const entered = enterTemplate(expanding, item, place, 'rules');
      if (entered !== undefined) addItems(expanding, entered.template.rules ?? [], entered.place, rules);
    } else if (isWanted(expanding, item.when, place)) {
      const read = readRule(item, { family: expanding.head.family, values: place.scope, calls: place.calls });
      expanding.diagnostics.push(...read.diagnostics);
      const isPlain = place.calls.length === 0 && read.rules.length === 1;
      if (!isPlain && !takeFrom(expanding, 'rules', read.rules.length, item.span)) return;
      for (const rule of read.rules) rules.push(rule);
    }
  }
}

/**
 * The template that is used in a place, and the place that its parts are in: its parameters bound, its values resolved. `wants` is what
 * the place takes. Undefined when it is not used there, or not rightly.
 */
function enterTemplate(
  expanding: Expanding,
  use: WrittenUse,
  place: Place,
  wants: 'tables' | 'rules',
): { readonly template: Template; readonly place: Place } | undefined {
  const { budget, templates } = expanding.library;
  // A name in a wrong form is reported already.
  if (!isTemplateName(use.template.value) || !isWanted(expanding, use.when, place)) return undefined;
  const here: WrittenUse = {
    ...use,
    template: { ...use.template, span: spanAt(use.template.span, place) },
    with: use.with.map((value) => ({
      ...value,
      span: spanAt(value.span, place),
      items: value.items.map((item) => ({ ...item, span: spanAt(item.span, place) })),
    })),
  };
  const { value: name, span } = here.template;
  const template = templates.found.get(name);
  const problem =
    template === undefined ? unknownTemplate(name, span, templates.names) : findFault(template, span, place, wants);
  if (problem !== undefined) expanding.diagnostics.push(problem);
  if (template === undefined || problem !== undefined || template.isBroken) return undefined;
  const bound = bindParameters(here, template, place.scope, budget);
  const resolved = resolveValues(template.values, bound.scope, budget);
  expanding.diagnostics.push(...bound.diagnostics, ...resolved.diagnostics);
  // What is made with wrong parameters would be wrong in ways that the author need not read.
  if (bound.diagnostics.length > 0) return undefined;
  const calls = [use.template.span, ...place.calls];
  return { template, place: { scope: resolved.scope, calls, open: [...place.open, name] } };
}

function findFault(template: Template, span: Span, place: Place, wants: 'tables' | 'rules'): Diagnostic | undefined {
  if (template.isBroken) return undefined;
  const error = { severity: 'error', code: 'state.template', span } as const;
  const related = [{ message: 'the template', span: template.span }];
  if (place.open.includes(template.name)) {
    const circle = [...place.open.slice(place.open.indexOf(template.name)), template.name].map(quote).join(' -> ');
    return { ...error, message: `Templates use each other in a circle: ${circle}`, hint: 'Take one of the uses out.' };
  }
  if (place.open.length >= DEEPEST)
    return {
      ...error,
      message: `Uses of templates are more than ${DEEPEST} deep`,
      hint: 'Use the innermost one directly.',
    };
  const makesRules = template.rules !== undefined;
  if (makesRules === (wants === 'rules')) return undefined;
  return makesRules
    ? {
        ...error,
        message: `Template ${quote(template.name)} is for the rules of a chain`,
        related,
        hint: `Write \`- use: ${template.name}\` among the rules of a chain.`,
      }
    : {
        ...error,
        message: `Template ${quote(template.name)} is for a document, not for the rules of a chain`,
        related,
        hint: `Write \`- template: ${template.name}\` under \`use:\` at the top of the document.`,
      };
}

function unknownTemplate(name: string, span: Span, names: readonly string[]): Diagnostic {
  const near = nearest(name, names);
  const all = names.length === 0 ? '' : ` All there are: ${names.map((one) => `\`${one}\``).join(', ')}.`;
  return {
    severity: 'error',
    code: 'state.unknown-template',
    message: `There is no template named ${quote(name)}`,
    span,
    hint:
      near === undefined
        ? `Write it as ${name}.yaml in the folder _templates of the state or in templates/ next to it.${all}`
        : `Did you mean \`${near}\`?${all}`,
  };
}
