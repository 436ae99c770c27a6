import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { nearest } from '../../diagnostics/nearest.ts';
import type { Span } from '../../diagnostics/span.ts';
import { LIMITS } from '../../limits.ts';
import { QUOTE_RULE } from '../yaml/find-yaml-trap.ts';
import { quote } from '../yaml/quote.ts';
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts';
import type { Keys, Shape } from './shape.ts';

const MOST_VALUES = LIMITS.yamlValues.most;

type Check = { readonly diagnostics: Diagnostic[]; values: number };

/** Compares a YAML value with the form it should have. Every difference is one diagnostic; an empty list means that it fits. */
export function checkShape(node: YamlNode, shape: Shape, name: string): readonly Diagnostic[] {
  const check: Check = { diagnostics: [], values: 0 };
  checkNode(check, node, shape, name);
  if (check.values > MOST_VALUES) return [tooMany(node.span)];
  return check.diagnostics;
}

/** `name` says what stands here, as a person would: `policy`, `chain INPUT`. */
function checkNode(check: Check, node: YamlNode, shape: Shape, name: string): void {
  check.values += 1;
  if (check.values > MOST_VALUES) return;
  const fitting = shape.kind === 'either' ? shape.of.find((one) => fits(node, one)) : shape;
  if (fitting === undefined || !fits(node, fitting)) {
    report(check, wrongKind(node, shape, name));
  } else if (fitting.kind === 'text' && node.kind === 'text') {
    checkText(check, node.text, node.span, fitting, name);
  } else if (fitting.kind === 'list' && node.kind === 'list') {
    for (const item of node.items) checkNode(check, item, fitting.of, name);
  } else if (fitting.kind === 'record' && node.kind === 'map') {
    checkRecord(check, node.entries, node.span, fitting);
  } else if (fitting.kind === 'map' && node.kind === 'map') {
    for (const entry of node.entries) checkMapEntry(check, entry, fitting);
  }
}

const NODE_KINDS = { text: 'text', list: 'list', record: 'map', map: 'map' } as const;

function fits(node: YamlNode, shape: Shape): boolean {
  if (shape.kind === 'unsupported' || shape.kind === 'either') return true;
  // `INPUT:` with nothing after it is an empty chain, an empty list, an empty mapping; a text is never empty.
  if (node.kind === 'empty') return shape.kind !== 'text';
  return node.kind === NODE_KINDS[shape.kind];
}

function checkText(check: Check, text: string, span: Span, shape: Shape & { kind: 'text' }, name: string): void {
  const { choices, pattern } = shape;
  if (choices !== undefined && !choices.includes(text)) {
    report(check, {
      severity: 'error',
      code: name === 'policy' ? 'state.policy' : 'state.value',
      message: `${quote(text)} is not a value for \`${name}\``,
      span,
      hint: suggest(text, choices),
    });
  } else if (pattern !== undefined && !new RegExp(`^(?:${pattern.source})$`).test(text)) {
    report(check, {
      severity: 'error',
      code: 'state.value',
      message: `${quote(text)} is not a value for \`${name}\``,
      span,
      hint: `Write ${pattern.wants}.`,
    });
  }
}

function checkRecord(check: Check, entries: readonly YamlEntry[], span: Span, shape: Shape & { kind: 'record' }): void {
  const colon = entries.find(({ key }) => !Object.hasOwn(shape.keys, key) && /^[-!]|\s/.test(key));
  if (shape.oneOf?.rule !== undefined && colon !== undefined) {
    report(check, colonInRule(colon));
    return;
  }
  for (const { key, keySpan, value } of entries) {
    const inner = Object.hasOwn(shape.keys, key) ? shape.keys[key] : undefined;
    if (inner === undefined) report(check, unknownKey(key, keySpan, shape.keys, shape.about));
    else if (inner.kind === 'unsupported') report(check, unsupported(key, keySpan));
    else checkNode(check, value, inner, key);
  }
  for (const key of shape.required ?? []) {
    if (entries.every((entry) => entry.key !== key)) report(check, missingKey(key, span, shape.about));
  }
  if (shape.oneOf !== undefined) checkOneOf(check, entries, span, shape.keys, shape.oneOf);
}

function checkOneOf(
  check: Check,
  entries: readonly YamlEntry[],
  span: Span,
  keys: Keys,
  oneOf: Readonly<Record<string, readonly string[]>>,
): void {
  const main = entries.find(({ key }) => Object.hasOwn(oneOf, key));
  if (main === undefined) {
    const [first = '', ...others] = Object.keys(oneOf);
    report(check, missingKey(first, span, `this mapping (or \`${others.join('`, `')}\`)`));
    return;
  }
  const beside = oneOf[main.key] ?? [];
  for (const { key, keySpan } of entries) {
    if (key === main.key || beside.includes(key) || !Object.hasOwn(keys, key)) continue;
    report(check, {
      severity: 'error',
      code: 'state.unknown-key',
      message: `\`${key}\` has no meaning beside \`${main.key}\``,
      span: keySpan,
      hint: `Beside \`${main.key}\` there may be ${beside.map((one) => `\`${one}\``).join(', ')}.`,
    });
  }
}

function checkMapEntry(check: Check, entry: YamlEntry, shape: Shape & { kind: 'map' }): void {
  const { choices, names } = shape;
  // Tables are the only names that are not free.
  if (choices !== undefined && !choices.includes(entry.key)) {
    const hint = suggest(entry.key, choices);
    const message = `There is no ${names} named ${quote(entry.key)}`;
    report(check, { severity: 'error', code: 'state.unknown-table', message, span: entry.keySpan, hint });
  } else if (shape.pattern !== undefined && !new RegExp(`^(?:${shape.pattern.source})$`).test(entry.key)) {
    report(check, {
      severity: 'error',
      code: 'state.value',
      message: `${quote(entry.key)} cannot name a ${names}`,
      span: entry.keySpan,
      hint: `Write ${shape.pattern.wants}.`,
    });
  } else {
    checkNode(check, entry.value, shape.of, `${names} ${entry.key}`);
  }
}

function report(check: Check, diagnostic: Diagnostic): void {
  check.diagnostics.push(diagnostic);
}

function suggest(text: string, choices: readonly string[]): string {
  const near = nearest(text, choices);
  const all = choices.map((choice) => `\`${choice}\``).join(', ');
  return near === undefined ? `Write one of ${all}.` : `Did you mean \`${near}\`? All there are: ${all}.`;
}

function unknownKey(key: string, span: Span, keys: Keys, about: string): Diagnostic {
  const known = Object.keys(keys).filter((name) => keys[name]?.kind !== 'unsupported');
  const message = `Unknown key ${quote(key)} in ${about}`;
  const hint = key === '<<' ? 'YAML merge keys are not supported: write the keys out.' : suggest(key, known);
  return { severity: 'error', code: 'state.unknown-key', message, span, hint };
}

function unsupported(key: string, span: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.unsupported',
    message: `\`${key}\` is not supported by this version yet`,
    span,
    hint: 'Remove it: fw does not ignore what it does not understand.',
  };
}

function missingKey(key: string, span: Span, about: string): Diagnostic {
  const message = `Key \`${key}\` is missing in ${about}`;
  const hint = `Write \`${key}:\` and its value.`;
  return { severity: 'error', code: 'state.missing-key', message, span, hint };
}

function colonInRule(entry: YamlEntry): Diagnostic {
  const { file, end } = entry.keySpan;
  return {
    severity: 'error',
    code: 'state.syntax',
    message: 'YAML takes a colon before a blank for the end of a key, so this is no rule any more',
    span: { file, start: end, end: end + 1 },
    hint: QUOTE_RULE,
  };
}

function wrongKind(node: YamlNode, shape: Shape, name: string): Diagnostic {
  const wanted = shape.kind === 'either' ? shape.of.map((one) => one.kind) : [shape.kind];
  const kinds = [...new Set(wanted.map((kind) => KIND_NAMES[kind]))].join(' or ');
  const what = name === '' ? 'A state document' : `\`${name}\``;
  const message = `${what} must be ${kinds}, not ${NODE_NAMES[node.kind]}`;
  return { severity: 'error', code: 'state.type', message, span: node.span, hint: `What belongs here: ${shape.about}` };
}

const KIND_NAMES: Readonly<Record<Shape['kind'], string>> = {
  text: 'text',
  list: 'a list',
  record: 'a mapping',
  map: 'a mapping',
  either: 'a value',
  unsupported: 'absent',
};

const NODE_NAMES: Readonly<Record<YamlNode['kind'], string>> = {
  text: 'text',
  list: 'a list',
  map: 'a mapping',
  empty: 'empty',
};

function tooMany(span: Span): Diagnostic {
  return {
    severity: 'error',
    code: 'state.too-large',
    message: 'The document has more than a million values',
    span: { ...span, end: span.start },
    hint: 'Aliases (`*name`) repeat what they stand for: use fewer, or split the document.',
  };
}
