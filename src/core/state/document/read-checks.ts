import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import type { Written, WrittenCheck } from '../as-written/written.ts';
import { CHECK } from '../schema/probe-shape.ts';
import type { YamlEntry, YamlNode } from '../yaml/yaml-node.ts';
import { readProbe } from './read-probe.ts';

const MOST_CHECKS = LIMITS.checks.most;

const DEFAULTS = { retries: 2, timeoutMs: 5_000, waitMs: 1_000 };
const KINDS = ['tcp', 'http', 'command'] as const;

/**
 * The checks under `checks:`, as far as they are right. What `checkShape` has reported is not reported again: an entry of the wrong
 * form is left out.
 */
export function readChecks(node: YamlNode | undefined): {
  readonly checks: readonly WrittenCheck[];
  readonly diagnostics: readonly Diagnostic[];
} {
  if (node?.kind !== 'list') return { checks: [], diagnostics: [] };
  if (node.items.length > MOST_CHECKS) return { checks: [], diagnostics: [tooMany(node)] };
  const read = node.items.map(readCheck);
  return {
    checks: read.flatMap(({ check }) => check ?? []),
    diagnostics: read.flatMap(({ diagnostics }) => diagnostics),
  };
}

type ReadCheck = { readonly check?: WrittenCheck; readonly diagnostics: readonly Diagnostic[] };

function readCheck(node: YamlNode): ReadCheck {
  if (node.kind !== 'map') return { diagnostics: [] };
  const { entries } = node;
  const kinds = entries.filter(({ key }) => KINDS.some((kind) => kind === key));
  const from = readFrom(entries);
  const diagnostics = [...checkKinds(node, kinds), ...checkStatus(entries), ...from.diagnostics];
  const [kind] = kinds;
  if (kind === undefined || kinds.length > 1) return { diagnostics };
  const { probe, diagnostics: problems } = readProbe(kind, textOf(entries, 'status'));
  if (probe === undefined) return { diagnostics: [...diagnostics, ...problems] };
  const name = textOf(entries, 'name');
  const check: WrittenCheck = {
    probe,
    from: from.written,
    retries: retries(textOf(entries, 'retries')),
    timeoutMs: milliseconds(textOf(entries, 'timeout'), DEFAULTS.timeoutMs),
    waitMs: milliseconds(textOf(entries, 'wait'), DEFAULTS.waitMs),
    ...(name === undefined ? {} : { name }),
    span: kind.keySpan,
  };
  return { check, diagnostics: [...diagnostics, ...problems] };
}

/** A key that is unknown may be one of the three, misspelt; then the error is about that. */
function checkKinds(node: YamlNode & { kind: 'map' }, kinds: readonly YamlEntry[]): readonly Diagnostic[] {
  const [first, second] = kinds;
  const error = { severity: 'error', code: 'state.check' } as const;
  if (first !== undefined && second !== undefined) {
    const message = `A check has one of \`tcp\`, \`http\` and \`command\`, and this one has \`${first.key}\` too`;
    const related = [{ message: 'the first one', span: first.keySpan }];
    return [{ ...error, message, span: second.keySpan, related, hint: 'Make two checks of it.' }];
  }
  const isKnown = ({ key }: YamlEntry) => Object.hasOwn(CHECK.keys, key);
  if (first !== undefined || !node.entries.every(isKnown)) return [];
  const hint = 'Write `tcp: HOST:PORT`, `http: URL` or `command: [PATH, ARGUMENT]`.';
  return [{ ...error, message: 'This check does not say what to try', span: node.span, hint }];
}

function checkStatus(entries: readonly YamlEntry[]): readonly Diagnostic[] {
  const status = entries.find(({ key }) => key === 'status');
  if (status === undefined || entries.some(({ key }) => key === 'http')) return [];
  return [
    {
      severity: 'error',
      code: 'state.check',
      message: '`status` has a meaning for `http` only',
      span: status.keySpan,
      hint: 'Remove it.',
    },
  ];
}

function readFrom(entries: readonly YamlEntry[]): {
  readonly written: Written<string> | undefined;
  readonly diagnostics: readonly Diagnostic[];
} {
  const from = entries.find(({ key }) => key === 'from')?.value;
  if (from?.kind !== 'text') return { written: undefined, diagnostics: [] };
  const { text: value, span } = from;
  if (!/[*?[\]]/.test(value)) return { written: { value, span }, diagnostics: [] };
  const message = 'A check is tried from one namespace, not from all that match a glob';
  const hint = 'Write one check for each namespace.';
  return { written: undefined, diagnostics: [{ severity: 'error', code: 'state.check', message, span, hint }] };
}

function textOf(entries: readonly YamlEntry[], key: string): string | undefined {
  const value = entries.find((entry) => entry.key === key)?.value;
  return value?.kind === 'text' ? value.text : undefined;
}

/** What does not fit the schema counts as if it were not written: `checkShape` has reported it. */
function retries(text: string | undefined): number {
  return text !== undefined && new RegExp(`^(?:${CHECK.keys.retries.pattern.source})$`).test(text)
    ? Number(text)
    : DEFAULTS.retries;
}

function milliseconds(text: string | undefined, otherwise: number): number {
  if (text === undefined || !new RegExp(`^(?:${CHECK.keys.wait.pattern.source})$`).test(text)) return otherwise;
  const unit = /m?s$|m$/.exec(text)?.[0];
  return Number.parseInt(text, 10) * (unit === 'm' ? 60_000 : unit === 's' ? 1_000 : 1);
}

function tooMany({ items, span }: YamlNode & { kind: 'list' }): Diagnostic {
  return {
    severity: 'error',
    code: 'state.check',
    message: `The document has ${items.length} checks, and more than ${MOST_CHECKS} are not read`,
    span: { ...span, end: span.start },
    hint: 'Let a command of your own check what many checks say.',
  };
}
