import { lexRule } from '../../../src/core/rule-text/lex.ts';
import type { Family } from '../../../src/core/rules/types.ts';
import { Refused, Unmodelled } from './refused.ts';
import { ALIASES, type Extension, MATCHES, normalAddress, normalProtocol, TARGETS } from './rule-options.ts';

export type NormalRule = {
  /** As iptables-save prints it behind `-A CHAIN `. */
  readonly text: string;
  /** A chain, unless it is one of `TARGETS`. */
  readonly target?: string;
  readonly isGoto: boolean;
  /** Names of the sets that it asks. */
  readonly sets: readonly string[];
};

type Group = { readonly name: string; readonly options: Map<string, string> };

/** The words of a rule while it is read. */
type Reading = {
  readonly family: Family;
  readonly line: number;
  readonly base: Map<string, string>;
  readonly groups: Group[];
  target: Group | undefined;
  isGoto: boolean;
};

const BASE = ['-s', '-d', '-i', '-o', '-p'];

/** Hooks at which a packet has not yet, or no longer, such an interface. */
const NO_INTERFACE: Readonly<Record<string, string>> = {
  'INPUT -o': '-o with INPUT',
  'PREROUTING -o': '-o with PREROUTING',
  'OUTPUT -i': '-i with OUTPUT',
  'POSTROUTING -i': '-i with POSTROUTING',
};

/** Reads a rule and prints it as iptables-save does. Throws `Refused` for what iptables refuses, `Unmodelled` for what is not known here. */
export function normalRule(chain: string, text: string, family: Family, line: number): NormalRule {
  const { words, problem } = lexRule(text);
  if (problem !== undefined) throw new Unmodelled(problem.message);
  const reading: Reading = { family, line, base: new Map(), groups: [], target: undefined, isGoto: false };
  const values = words.map(({ value }) => value);
  for (let at = 0; at < values.length; ) at = readOption(reading, values, at);
  for (const option of ['-i', '-o']) {
    const wrong = NO_INTERFACE[`${chain} ${option}`];
    if (reading.base.has(option) && wrong !== undefined) throw new Refused('usage', line, `Can't use ${wrong}\n`);
  }
  return printed(reading);
}

/** Reads the option at a place; resolves to the place behind it. */
function readOption(reading: Reading, words: readonly string[], start: number): number {
  const isNegated = words[start] === '!';
  const at = isNegated ? start + 1 : start;
  const word = words[at] ?? '';
  const option = ALIASES[word] ?? word;
  const value = words[at + 1];
  const not = isNegated ? '! ' : '';
  if (value === undefined && [...BASE, '-m', '-j', '-g'].includes(option))
    throw new Unmodelled(`${word} without a value`);
  if (BASE.includes(option)) {
    setBase(reading, option, value ?? '', not);
    return at + 2;
  }
  if (option === '-m') {
    if (MATCHES[value ?? ''] === undefined) throw new Unmodelled(`-m ${value}`);
    reading.groups.push({ name: value ?? '', options: new Map() });
    return at + 2;
  }
  if (option === '-j' || option === '-g') {
    reading.target = { name: value ?? '', options: new Map() };
    reading.isGoto = option === '-g';
    return at + 2;
  }
  return setOption(reading, option, words.slice(at + 1), not) + at;
}

function setBase({ family, line, base }: Reading, option: string, value: string, not: string): void {
  if (base.has(option)) throw new Unmodelled(`${option} twice`);
  if (option === '-s' || option === '-d') {
    if (value.includes(',')) throw new Unmodelled('a list of addresses');
    const address = normalAddress(value, family);
    if (address === undefined) throw new Refused('usage', line, `host/network \`${value}' not found`);
    if (address === '' && not !== '') throw new Unmodelled('no address at all');
    if (address !== '') base.set(option, `${not}${option} ${address}`);
  } else if (option !== '-p') base.set(option, `${not}${option} ${value}`);
  else if (value !== 'all') base.set(option, `${not}-p ${normalProtocol(value)}`);
}

/** An option of a match or of the target. Resolves to the number of words that it took. */
function setOption(reading: Reading, option: string, values: readonly string[], not: string): number {
  const { family, line, groups, target } = reading;
  const group = ownerOf(reading, option);
  if (group === undefined) throw new Refused('usage', line, `unknown option "${option}"`);
  if (group.options.has(option)) throw new Unmodelled(`${option} twice`);
  const forms: Extension = (group === target ? TARGETS[group.name]?.options : MATCHES[group.name]) ?? {};
  if (values[0] === undefined) throw new Unmodelled(`${option} without a value`);
  const value = forms[option]?.(values[0], family) ?? '';
  if (option !== '--match-set') {
    group.options.set(option, `${not}${option} ${value}`);
    return 2;
  }
  group.options.set(option, `${not}${option} ${value} ${values[1] ?? ''}`);
  if (!groups.includes(group)) throw new Unmodelled('a target that asks a set');
  return 3;
}

/** Which match or target an option belongs to; `-p tcp` brings its match along when an option needs it. */
function ownerOf({ base, groups, target }: Reading, option: string): Group | undefined {
  if (target !== undefined && TARGETS[target.name]?.options[option] !== undefined) return target;
  const named = groups.findLast(({ name }) => MATCHES[name]?.[option] !== undefined);
  if (named !== undefined) return named;
  const protocol = base.get('-p')?.replace(/^-p /, '') ?? '';
  const implicit = protocol === 'ipv6-icmp' ? 'icmp6' : protocol;
  if (MATCHES[implicit]?.[option] === undefined) return undefined;
  const group = { name: implicit, options: new Map<string, string>() };
  groups.push(group);
  return group;
}

function printed({ family, base, groups, target, isGoto }: Reading): NormalRule {
  if (target?.name === 'REJECT' && !target.options.has('--reject-with')) {
    const reply = family === 'ipv4' ? 'icmp-port-unreachable' : 'icmp6-port-unreachable';
    target.options.set('--reject-with', `--reject-with ${reply}`);
  }
  const names = groups.map(({ name }) => name);
  // nft prints two matches of one protocol as one; legacy does not.
  for (const name of ['tcp', 'udp'])
    if (names.filter((one) => one === name).length > 1) throw new Unmodelled(`-m ${name} twice`);
  const parts = [
    ...BASE.flatMap((option) => base.get(option) ?? []),
    ...groups.flatMap((group) => [`-m ${group.name}`, ...inOrder(group, MATCHES[group.name] ?? {})]),
    ...(target === undefined ? [] : [`-${isGoto ? 'g' : 'j'} ${target.name}`]),
    ...(target === undefined ? [] : inOrder(target, TARGETS[target.name]?.options ?? {})),
  ];
  const sets = groups.flatMap(({ options }) => options.get('--match-set')?.split(' ').at(-2) ?? []);
  return { text: parts.join(' '), ...(target === undefined ? {} : { target: target.name }), isGoto, sets };
}

function inOrder({ options }: Group, forms: Extension): readonly string[] {
  return Object.keys(forms).flatMap((option) => options.get(option) ?? []);
}
