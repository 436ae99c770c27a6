/**
 * What an option of iptables does in a line of restore text.
 * command: says what the line does. argument: part of the rule, with a value. flag: part of the rule, without one. family: the other
 * family skips the line. counters: sets the rule's counters. silent: changes nothing. refused: has no place in a file.
 */
export type OptionUse = 'command' | 'argument' | 'flag' | 'family' | 'counters' | 'silent' | 'refused';

/** One option of the iptables programs themselves. */
type ProgramOption = {
  /** The letter behind one hyphen; `0` for what has none. */
  readonly letter: string;
  readonly long: readonly string[];
  readonly use: OptionUse;
  /** Why a rule of the state may not have it: it ...; absent for parts of a rule. */
  readonly why?: string;
};

const CHAIN = 'names a chain or does something to it; a rule is only what follows `-A CHAIN`';
const TABLE = 'names a table; the table is the key under `tables`';
const COUNTERS = 'sets counters; fw keeps the counters of the kernel';
const PROGRAM = 'speaks to the iptables program, not to the kernel';

/** Every option of iptables 1.8.9 that is none of a match or target. */
export const PROGRAM_OPTIONS: readonly ProgramOption[] = [
  { letter: 'A', long: ['append'], use: 'command', why: CHAIN },
  { letter: 'D', long: ['delete'], use: 'command', why: CHAIN },
  { letter: 'I', long: ['insert'], use: 'command', why: CHAIN },
  { letter: 'R', long: ['replace'], use: 'command', why: CHAIN },
  { letter: 'N', long: ['new-chain'], use: 'command', why: CHAIN },
  { letter: 'X', long: ['delete-chain'], use: 'command', why: CHAIN },
  { letter: 'F', long: ['flush'], use: 'command', why: CHAIN },
  { letter: 'P', long: ['policy'], use: 'command', why: CHAIN },
  { letter: 'Z', long: ['zero'], use: 'command', why: CHAIN },
  { letter: 's', long: ['source', 'src'], use: 'argument' },
  { letter: 'd', long: ['destination', 'dst'], use: 'argument' },
  { letter: 'i', long: ['in-interface'], use: 'argument' },
  { letter: 'o', long: ['out-interface'], use: 'argument' },
  { letter: 'p', long: ['protocol'], use: 'argument' },
  { letter: 'j', long: ['jump'], use: 'argument' },
  { letter: 'g', long: ['goto'], use: 'argument' },
  { letter: 'm', long: ['match'], use: 'argument' },
  { letter: 'f', long: ['fragments'], use: 'flag' },
  { letter: '4', long: ['ipv4'], use: 'family' },
  { letter: '6', long: ['ipv6'], use: 'family' },
  { letter: 'c', long: ['set-counters'], use: 'counters', why: COUNTERS },
  { letter: 'v', long: ['verbose'], use: 'silent', why: PROGRAM },
  { letter: 't', long: ['table'], use: 'refused', why: TABLE },
  { letter: 'w', long: ['wait'], use: 'refused', why: PROGRAM },
  { letter: 'W', long: ['wait-interval'], use: 'refused', why: PROGRAM },
  { letter: 'M', long: ['modprobe'], use: 'refused', why: PROGRAM },
  { letter: 'C', long: ['check'], use: 'refused', why: CHAIN },
  { letter: 'L', long: ['list'], use: 'refused', why: CHAIN },
  { letter: 'S', long: ['list-rules'], use: 'refused', why: CHAIN },
  { letter: 'E', long: ['rename-chain'], use: 'refused', why: CHAIN },
  { letter: 'h', long: ['help'], use: 'refused', why: PROGRAM },
  { letter: 'V', long: ['version'], use: 'refused', why: PROGRAM },
  { letter: 'x', long: ['exact'], use: 'refused', why: PROGRAM },
  { letter: 'n', long: ['numeric'], use: 'refused', why: PROGRAM },
  { letter: '0', long: ['line-numbers'], use: 'refused', why: PROGRAM },
];
