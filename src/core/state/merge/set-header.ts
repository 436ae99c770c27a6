import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import type { EntryKind } from '../../sets/ipset/parse-entries.ts';
import type { SetHeader } from '../../sets/ipset/types.ts';
import type { ReadSet } from '../as-written/written.ts';
import { SET_TYPES } from '../schema/set-shape.ts';

/** What the kernel takes unless told otherwise. */
const DEFAULT_MAXELEM = 65_536;

/** Types that keep some bits of an address only. */
const MASKED: readonly string[] = ['hash:ip', 'hash:ip,port', 'hash:net,net'];

/** The families that a set exists for; `plain` where its type has none. */
export function kindsOf({ type, family }: Pick<ReadSet, 'type' | 'family'>): readonly EntryKind[] {
  if (includes(SET_TYPES.plain, type.value)) return ['plain'];
  if (includes(SET_TYPES.ipv4, type.value)) return ['ipv4'];
  return family === undefined ? ['ipv4', 'ipv6'] : [family.value];
}

/**
 * The header of one family's set, with the options in the order in which ipset prints them, as far as that is known here: where the kernel
 * spells it in another way, it is read back.
 */
export function describeSet(
  set: ReadSet,
  kind: EntryKind,
  count: number,
): { readonly header: SetHeader; readonly diagnostics: readonly Diagnostic[] } {
  const type = set.type.value;
  const option = (name: string) => set.options.find((one) => one.name === name)?.value;
  const value = (name: string, otherwise?: string) => {
    const text = option(name) ?? otherwise;
    return text === undefined ? [] : [`${name} ${text}`];
  };
  const flag = (name: string) => (option(name) === 'true' ? [name] : []);
  const isHash = type.startsWith('hash:');
  const words = [
    type,
    ...(includes(SET_TYPES.families, type) ? [`family ${kind === 'ipv6' ? 'inet6' : 'inet'}`] : []),
    ...(isHash ? value('maxelem', String(Math.max(DEFAULT_MAXELEM, powerOfTwo(count)))) : []),
    ...(isHash ? [] : value('range')),
    ...value('netmask'),
    ...value('bitmask'),
    ...value('markmask'),
    ...(type === 'list:set' ? value('size', '8') : []),
    ...value('timeout'),
    ...flag('counters'),
    ...flag('comment'),
    ...flag('skbinfo'),
  ];
  return { header: words.join(' '), diagnostics: checkOptions(set) };
}

function checkOptions(set: ReadSet): readonly Diagnostic[] {
  const type = set.type.value;
  const isBitmap = type.startsWith('bitmap:');
  const allowed: Readonly<Record<string, boolean>> = {
    maxelem: type.startsWith('hash:'),
    range: isBitmap,
    netmask: type === 'bitmap:ip' || MASKED.includes(type),
    bitmask: MASKED.includes(type),
    markmask: type === 'hash:ip,mark',
    size: type === 'list:set',
  };
  const error = { severity: 'error', code: 'state.set' } as const;
  const problems: Diagnostic[] = set.options
    .filter(({ name }) => allowed[name] === false)
    .map(({ name, span }) => ({
      ...error,
      message: `\`${name}\` has no meaning for ${type}`,
      span,
      hint: 'Remove it.',
    }));
  if (isBitmap && set.options.every(({ name }) => name !== 'range')) {
    const hint = 'Write the smallest and the largest: `range: 0-1023`.';
    problems.push({ ...error, message: `A ${type} set needs a \`range\``, span: set.type.span, hint });
  }
  const { family } = set;
  if (family !== undefined && kindsOf(set)[0] !== family.value) {
    const message = includes(SET_TYPES.ipv4, type) ? `${type} is for ipv4 only` : `${type} has no families`;
    problems.push({ ...error, message, span: family.span, hint: 'Remove `family`.' });
  }
  return problems;
}

function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(1, count)));
}

function includes(types: readonly string[], type: string): boolean {
  return types.includes(type);
}
