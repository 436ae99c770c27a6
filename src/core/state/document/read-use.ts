import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { Span } from '../../diagnostics/span.ts';
import type { Condition, WrittenText, WrittenUse } from '../as-written/written.ts';
import { entriesOf, find, itemsOf, readText, readValues } from '../values/read-node.ts';
import { quote } from '../yaml/quote.ts';
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts';

const FLAG = /^(not +)?\$([a-z][a-z0-9_]*)$/;

const EQUAL = /^\$([a-z][a-z0-9_]*) *(==|!=) *([^\s$[\]=!,]+)$/;

const ONE_OF = /^\$([a-z][a-z0-9_]*) +in +\[([^[\]$]*)\]$/;

/** The `use:` of a document or a template. */
export function readUses(node: YamlNode | undefined): readonly WrittenUse[] {
  return itemsOf(node).flatMap((item) => readUse(entriesOf(item), 'template'));
}

/** `key` is where the name of the template stands. */
export function readUse(entries: readonly YamlEntry[], key: 'template' | 'use'): readonly WrittenUse[] {
  const template = readText(find(entries, key));
  if (template === undefined) return [];
  return [{ template, with: readValues(find(entries, 'with')), ...readWhen(entries) }];
}

export function readWhen(entries: readonly YamlEntry[]): { readonly when?: Condition } {
  const node = find(entries, 'when');
  return node?.kind === 'text' ? { when: readCondition(node) } : {};
}

/** Reads a `when:`. There are five forms and no others: nothing in a state computes. What has no such form is kept with its problem. */
function readCondition({ text, span }: WrittenText): Condition {
  const flag = FLAG.exec(text);
  if (flag !== null) return { span, name: flag[2] ?? '', negated: flag[1] !== undefined };
  const equal = EQUAL.exec(text);
  if (equal !== null) return { span, name: equal[1] ?? '', negated: equal[2] === '!=', oneOf: [equal[3] ?? ''] };
  const oneOf = ONE_OF.exec(text);
  if (oneOf === null) return wrongForm(text, span);
  const list = (oneOf[2] ?? '').split(',').map((one) => one.trim());
  return list.some((one) => one === '' || /\s/.test(one))
    ? wrongForm(text, span)
    : { span, name: oneOf[1] ?? '', negated: false, oneOf: list };
}

function wrongForm(text: string, span: Span): Condition {
  const problem: Diagnostic = {
    severity: 'error',
    code: 'state.when',
    message: `${quote(text)} is not a condition`,
    span,
    hint: 'Write `$flag`, `not $flag`, `$x == y`, `$x != y` or `$x in [a, b]`, with plain words for y, a and b.',
  };
  return { span, name: '', negated: false, problem };
}
