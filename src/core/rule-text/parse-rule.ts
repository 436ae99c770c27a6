import { matchRow } from '../extensions/matches.ts';
import { printWords } from './print-words.ts';
import { type Match, type SplitRule, splitRule } from './split-rule.ts';

type Ports = readonly { readonly from: number; readonly to: number }[];

/** What a rule asks of packets by the fields that policies ask for. */
type Fields = {
  readonly protocol: string | null;
  readonly source: string | null;
  readonly destination: string | null;
  /** Interfaces; `+` at the end stands for any rest of the name. */
  readonly in: string | null;
  readonly out: string | null;
  readonly source_ports: Ports | null;
  readonly destination_ports: Ports | null;
  /** Of `--ctstate` and `--state`. */
  readonly states: readonly string[] | null;
};

/**
 * A rule in fields, beside its text. Null in a field is any packet: what a rule leaves out by `!` stands in `not` and leaves the field null, so that
 * a policy which takes the fields for all that the rule asks never takes it for narrower than it is.
 */
export type ParsedRule = Fields & {
  readonly not: Partial<Fields>;
  /** What else packets must meet, option by option as in the text; where it is empty the fields tell all. */
  readonly other: readonly string[];
  /** Target or chain of `-j` and `-g`; null for a rule that only counts. */
  readonly target: string | null;
  readonly goto: boolean;
  /** Options of the target, word by word. */
  readonly target_options: readonly string[];
  readonly comment: string | null;
};

type Found = { readonly [Name in keyof Fields]?: NonNullable<Fields[Name]> };

const ANY: Fields = {
  protocol: null,
  source: null,
  destination: null,
  in: null,
  out: null,
  source_ports: null,
  destination_ports: null,
  states: null,
};

const HEADER: Readonly<Record<string, 'protocol' | 'source' | 'destination' | 'in' | 'out'>> = {
  '-p': 'protocol',
  '-s': 'source',
  '-d': 'destination',
  '-i': 'in',
  '-o': 'out',
};

const PORTS: Readonly<Record<string, 'source_ports' | 'destination_ports'>> = {
  '--sport': 'source_ports',
  '--sports': 'source_ports',
  '--dport': 'destination_ports',
  '--dports': 'destination_ports',
};

const withPorts = (match: string): boolean => matchRow(match).ports === true;

/** Matches of which every option that has a field here is told whole by it. */
const WITH_STATES: ReadonlySet<string> = new Set(['conntrack', 'state']);

/** Reads the text of a rule as iptables-save prints it. Null for one that cannot be read for sure. */
export function parseRule(text: string): ParsedRule | null {
  const rule = splitRule(text);
  return rule === undefined ? null : ofParts(rule);
}

function ofParts({ matches, target }: SplitRule): ParsedRule {
  const fields: { -readonly [Name in keyof Fields]: Fields[Name] } = { ...ANY };
  const not: Found = {};
  const other: string[] = [];
  let comment: string | null = null;
  for (const match of matches) {
    if (match.option === '-m' && isToldByOptions(match.values[0] ?? '')) continue;
    if (match.option === '--comment' && match.module === 'comment') {
      comment = match.values[0] ?? null;
      continue;
    }
    const found = fieldOf(match);
    const name = Object.keys(found)[0] as keyof Fields | undefined;
    const isTaken = name !== undefined && (match.negated ? name in not : fields[name] !== null);
    // Two conditions on one field narrow each other, which one field cannot tell.
    if (name === undefined || isTaken) other.push(textOf(match));
    else Object.assign(match.negated ? not : fields, found);
  }
  return {
    ...fields,
    not,
    other,
    target: target?.name ?? null,
    goto: target?.kind === 'goto',
    target_options: target?.options ?? [],
    comment,
  };
}

/** A match that asks nothing but by its options: `-m tcp` comes with `-p tcp`. */
function isToldByOptions(module: string): boolean {
  return module === 'comment' || withPorts(module) || WITH_STATES.has(module);
}

function fieldOf({ module = '', option, values }: Match): Found {
  const [value = '', ...more] = values;
  if (value === '' || more.length > 0) return {};
  const header = Object.hasOwn(HEADER, option) ? HEADER[option] : undefined;
  if (header !== undefined) return { [header]: value };
  if (WITH_STATES.has(module) && (option === '--ctstate' || option === '--state')) return { states: value.split(',') };
  const side = withPorts(module) && Object.hasOwn(PORTS, option) ? PORTS[option] : undefined;
  const ranges = side === undefined ? undefined : portsOf(value);
  return side === undefined || ranges === undefined ? {} : { [side]: ranges };
}

/** `22`, `1:1023`, `:1023`, `1024:`, several with commas between. Undefined for names of services, which the kernel's spelling has not. */
function portsOf(list: string): Ports | undefined {
  const ranges: { from: number; to: number }[] = [];
  for (const item of list.split(',')) {
    const [, from = '', colon, to = ''] = /^(\d*)(:)?(\d*)$/.exec(item) ?? [];
    if (colon === undefined && (from === '' || to !== '')) return undefined;
    const first = from === '' ? 0 : Number(from);
    ranges.push({ from: first, to: colon === undefined ? first : to === '' ? 65535 : Number(to) });
  }
  return ranges;
}

function textOf({ option, negated, values }: Match): string {
  return `${negated ? '! ' : ''}${printWords([option, ...values])}`;
}
