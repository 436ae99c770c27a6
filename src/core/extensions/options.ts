import type { Backend, Family } from '../rules/types.ts';

/** One option of a rule: of every rule, or of a match or target, where something has to be known of it beyond its owner. */
type OptionRow = {
  /** All its spellings; the one that iptables-save prints comes first. */
  readonly names: readonly string[];
  /** Words that stand behind it. */
  readonly words: 0 | 1 | 2;
  /** What it asks of a packet or says of a rule; absent for an option of a match or target. */
  readonly role?: 'source' | 'destination' | 'input' | 'output' | 'protocol' | 'match' | 'jump' | 'fragment' | 'port';
  /** The one family that has it. */
  readonly family?: Family;
  /** Its value is text of people or a name, never an address or an option, whatever it looks like. */
  readonly isOpaque?: true;
  /** The first of its words is the name of a set of ipset. */
  readonly namesSet?: true;
  /**
   * How iptables-save 1.8.9 prints the value. text: bare only where it is made of letters, digits, `_` and `-`. quoted: always in quotes, with single
   * quotes as they are. Absent: as any word.
   */
  readonly style?: 'text' | 'quoted';
  /** Bytes that iptables 1.8.9 keeps of the value; it cuts the rest off without a word. */
  readonly keeps?: Readonly<Record<Backend, number>>;
  /** The shortest beginning of the name that still means this option and nothing else. */
  readonly shortest?: string;
};

/** Options of which fw knows more than whose they are. */
export const OPTIONS: readonly OptionRow[] = [
  { names: ['-s', '--source', '--src'], words: 1, role: 'source' },
  { names: ['-d', '--destination', '--dst'], words: 1, role: 'destination' },
  { names: ['-i', '--in-interface'], words: 1, role: 'input', isOpaque: true, shortest: '--in-i' },
  { names: ['-o', '--out-interface'], words: 1, role: 'output', isOpaque: true, shortest: '--out-i' },
  { names: ['-p', '--protocol'], words: 1, role: 'protocol' },
  { names: ['-m', '--match'], words: 1, role: 'match' },
  { names: ['-j', '--jump'], words: 1, role: 'jump' },
  { names: ['-g', '--goto'], words: 1, role: 'jump' },
  { names: ['-f', '--fragments'], words: 0, role: 'fragment', family: 'ipv4' },
  { names: ['--dport', '--destination-port'], words: 1, role: 'port' },
  { names: ['--sport', '--source-port'], words: 1, role: 'port' },
  { names: ['--icmp-type'], words: 1, family: 'ipv4' },
  { names: ['--icmpv6-type'], words: 1, family: 'ipv6' },
  {
    names: ['--comment'],
    words: 1,
    isOpaque: true,
    style: 'text',
    keeps: { nft: 255, legacy: 255 },
    shortest: '--com',
  },
  {
    names: ['--log-prefix'],
    words: 1,
    isOpaque: true,
    style: 'text',
    keeps: { nft: 29, legacy: 29 },
    shortest: '--log-p',
  },
  {
    names: ['--nflog-prefix'],
    words: 1,
    isOpaque: true,
    style: 'text',
    keeps: { nft: 127, legacy: 63 },
    shortest: '--nflog-p',
  },
  { names: ['--ulog-prefix'], words: 1, isOpaque: true },
  { names: ['--string'], words: 1, isOpaque: true, style: 'quoted' },
  { names: ['--hex-string'], words: 1, isOpaque: true, style: 'quoted' },
  { names: ['--helper'], words: 1, isOpaque: true, style: 'text' },
  { names: ['--name'], words: 1, isOpaque: true },
  { names: ['--hashlimit-name'], words: 1, isOpaque: true },
  { names: ['--match-set'], words: 2, isOpaque: true, namesSet: true },
  { names: ['--add-set'], words: 2, isOpaque: true, namesSet: true },
  { names: ['--del-set'], words: 2, isOpaque: true, namesSet: true },
  { names: ['--map-set'], words: 2, isOpaque: true, namesSet: true },
  { names: ['--label'], words: 1, isOpaque: true },
  { names: ['--timer-name'], words: 1, isOpaque: true },
  { names: ['--led-trigger-id'], words: 1, isOpaque: true },
  { names: ['--selctx'], words: 1, isOpaque: true },
  { names: ['--path'], words: 1, isOpaque: true },
  { names: ['--bytecode'], words: 1, isOpaque: true, style: 'quoted' },
  { names: ['--object-pinned'], words: 1, isOpaque: true },
  { names: ['--u32'], words: 1, isOpaque: true, style: 'quoted' },
  { names: ['--physdev-in'], words: 1, isOpaque: true },
  { names: ['--physdev-out'], words: 1, isOpaque: true },
  { names: ['--uid-owner'], words: 1, isOpaque: true },
  { names: ['--gid-owner'], words: 1, isOpaque: true },
];

const BY_NAME: ReadonlyMap<string, OptionRow> = new Map(
  OPTIONS.flatMap((row) => row.names.map((name) => [name, row] as const)),
);

/** The row of an option by one of its whole names. */
export function optionRow(name: string): OptionRow | undefined {
  return BY_NAME.get(name);
}

/** All names of the options for which something holds. */
export function optionsThat(holds: (row: OptionRow) => boolean): ReadonlySet<string> {
  return new Set(OPTIONS.flatMap((row) => (holds(row) ? row.names : [])));
}

/**
 * How the word behind an option is read and printed: as text of any form, so that `-j` behind `--comment` is a comment and no jump,
 * or as an ordinary word.
 */
export function textStyle(option: string | undefined): 'text' | 'quoted' | 'word' {
  return (option === undefined ? undefined : optionRow(option)?.style) ?? 'word';
}
