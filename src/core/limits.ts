/** A bound on what fw reads, makes or waits for. What is beyond is refused with the bound in the message; nothing is cut silently. */
export type Limit = {
  readonly most: number;
  readonly unit: 'bytes' | 'characters' | 'milliseconds' | 'seconds' | 'times' | 'levels' | '';
  /** What is bounded, and why there and not elsewhere: a row of docs/limits.md. */
  readonly of: string;
  readonly why: string;
};

const MB = 1024 * 1024;

/** Every bound of fw. docs/limits.md is generated from it. How many lines of a list a message shows is no bound, and stands where it is printed. */
export const LIMITS = {
  restoreLine: row(
    10_239,
    'bytes',
    'a line of restore text without its line feed',
    'iptables-restore 1.8.9 reads so much at once, on both backends, and takes the rest for a line of its own: the tail of a long rule would become another command (test/kernel/compile.test.ts)',
  ),
  rule: row(10_000, 'bytes', 'one rule', 'a line has room for it beside its counters, `-A` and the name of the chain'),
  word: row(1_023, 'bytes', 'one word of a rule', 'iptables-restore 1.8.9 stops at 1,024: "Parameter too long!"'),
  comment: row(255, 'bytes', 'a comment', 'the kernel keeps 256 with the end mark'),
  chainName: row(
    28,
    'bytes',
    'the name of a chain, with the prefix of its owner',
    'iptables 1.8.9 refuses longer ones; others cut them',
  ),
  setName: row(
    30,
    'bytes',
    'the name of a set, with prefix and family',
    'the kernel takes 31, and the copy that swaps names with a set has one more',
  ),
  ownerName: row(8, 'bytes', 'the name of an owner', 'it and a hyphen stand in front of every chain and set of it'),
  name: row(
    63,
    'bytes',
    'the name of a value, a parameter, a template, or the id of a rule',
    'far more than a person writes',
  ),
  namespaceName: row(
    64,
    'bytes',
    'the name of a namespace, or a glob',
    'longer names are not needed, and each is a word of many command lines',
  ),
  stateName: row(64, 'bytes', 'the name of a state', 'it stands in tables and messages'),
  rules: row(
    250_000,
    '',
    'rules of one state, both families together, as written and as lists and templates make them',
    'memory stays below a gigabyte: an apply of 200,000 rules takes 30 s and 475 MB (two cores, iptables 1.8.9), most of it in the programs, whose time grows faster than the rules do',
  ),
  stateFile: row(
    64 * MB,
    'bytes',
    'one file of the state, a list of a set, or standard input',
    'a whole state of rules fits',
  ),
  state: row(128 * MB, 'bytes', 'all files of the state together', 'a million rules are some 80 MB'),
  stateFiles: row(20_000, '', 'files of one state', 'each is opened and checked by itself'),
  yamlFile: row(
    10_000_000,
    'characters',
    'one YAML file',
    'the YAML library needs some 0.4 s for this much; whole tables of that size belong in a `.rules` file',
  ),
  yamlValues: row(
    1_000_000,
    '',
    'values of one document, aliases counted as what they stand for',
    'aliases make a small file large; this is more than any file without them can hold in rules',
  ),
  templates: row(1_000, '', 'templates of one state', 'a name leads to one file, so this bounds what is read'),
  templateUses: row(100_000, 'times', 'uses of templates in one state', 'templates that use others multiply'),
  templateDepth: row(16, 'levels', 'uses of templates inside uses', 'a reader cannot follow more'),
  valueItems: row(1_000_000, '', 'texts that values and parameters become', 'values that name others multiply'),
  valueDepth: row(100, 'levels', 'values that refer to values', 'a reader cannot follow more'),
  valueText: row(10_000, 'characters', 'one text of a value', 'no rule can hold more'),
  instances: row(100_000, '', 'rules that one rule with lists becomes', 'lists of one rule multiply'),
  comparisons: row(
    20_000_000,
    '',
    'comparisons for the deletions of one `.rules` file',
    'a second of work; without a bound a file of 2 MB could take half a minute',
  ),
  setLines: row(1_000_000, '', 'lines of a list of a set', 'a list is read into memory as a whole'),
  setElement: row(
    200,
    'bytes',
    'one element of a set',
    'longer ones do not exist: two IPv6 networks, a port, the name of an interface',
  ),
  checks: row(200, '', 'checks of one document', 'aliases make a long list of a short file'),
  checksTime: row(
    600_000,
    'milliseconds',
    'all checks of an apply together, if each try fails',
    'as long as they are tried, it is not known whether the rules are good',
  ),
  commandWords: row(100, '', 'words of a command of a check', 'far more than a person writes'),
  command: row(10_000, 'bytes', 'one command of a check', 'far less than what the kernel takes'),
  url: row(2_000, 'characters', 'the URL of a check', 'far more than a person writes'),
  proofNodes: row(
    4_000_000,
    '',
    'nodes of the diagrams of one proof of a flow',
    'some seconds and a hundred megabytes; counted and not timed, so that every machine says the same',
  ),
  lintNodes: row(
    1_000_000,
    '',
    'nodes of the diagrams with which fw lint judges one chain',
    'about a second; of a chain that needs more nothing is said from some rule on',
  ),
  tests: row(10_000, '', 'flows of the tests of one document', 'each is proved at every plan'),
  flow: row(1_000, 'characters', 'one flow of a test', 'a reviewer cannot read more; long lists of addresses are sets'),
  planFile: row(256 * MB, 'bytes', 'a saved plan', 'a plan of a million rules is some hundred megabytes'),
  planName: row(
    256,
    'characters',
    'one name in a saved plan: of a chain, a host, an operator',
    'far more than such a name has',
  ),
  planWords: row(4_096, 'characters', 'one text of people in a saved plan, such as a path', 'as long as a path can be'),
  planItems: row(10_000_000, '', 'items of one list in a saved plan', 'no loop over it takes hours'),
  signature: row(64 * 1024, 'bytes', 'the signature of a plan', 'one has a few kilobytes at most'),
  signers: row(4 * MB, 'bytes', 'the file of allowed signers', 'tens of thousands of keys'),
  evaluationDepth: row(
    100,
    'levels',
    'chains that jump into each other, as guards follow them',
    'nft allows 16 in the way of a packet; what lies deeper is not judged',
  ),
  traceForks: row(64, '', 'open questions of one trace', 'both answers are followed; beyond it nothing is told'),
  traceRules: row(
    1_000_000,
    '',
    'rules that one trace looks at',
    'chains that call each other twice at each level have no end in sight',
  ),
  evaluationEntries: row(
    16,
    '',
    'packets that rules made of one packet and that enter one chain, as guards follow them',
    'a rule writes a mark before it jumps; more ways than that into one chain are not judged',
  ),
  sarifResults: row(
    25_000,
    '',
    'results of SARIF, the gravest first',
    'GitHub takes no more of one run, and shows the 5,000 of the highest level',
  ),
  wait: row(
    86_400,
    'seconds',
    'a time to wait: --confirm, --lock-timeout, --timeout',
    'more than a day is not meant as a wait',
  ),
  planAge: row(
    7_776_000,
    'seconds',
    'how long a saved plan may be applied',
    'after 90 days it is forgotten what was approved',
  ),
  retries: row(20, 'times', 'further tries of a check', 'the time of all checks is bounded too'),
  tryTime: row(
    60_000,
    'milliseconds',
    'one try of a check, or the wait between two',
    'the time of all checks is bounded too',
  ),
  links: row(40, '', 'symbolic links of one path', 'the kernel follows no more'),
  output: row(
    256 * MB,
    'bytes',
    'the output of one program',
    'a save of a million rules is about 100 MB; more is not a firewall but a fault',
  ),
  programTime: row(120_000, 'milliseconds', 'one program', 'whatever hangs, fw goes on or goes back'),
  diskTime: row(
    120_000,
    'milliseconds',
    'one effect on a file of the data folder',
    'a disk that hangs does not keep the firewall from being put back',
  ),
  trafficNodes: row(
    2_000_000,
    '',
    'nodes of the decision diagrams of one path, new or running connections',
    'what needs more is answered with "at most"; nodes are counted and not seconds, so that every machine says the same',
  ),
  trafficEntries: row(
    100_000,
    '',
    'entries of a set of which traffic is compared',
    'a larger set is an open question, and one that changes makes the paths that ask it not judged',
  ),
  trafficRegions: row(
    500,
    '',
    'regions of one path in documents and events of traffic',
    'a reader takes in far fewer; how many are left out is told',
  ),
  legacyLock: row(
    10,
    'seconds',
    'the wait for the lock of the legacy backend',
    'iptables-restore gives up then, and the table is as it was',
  ),
} as const satisfies Readonly<Record<string, Limit>>;

function row(most: number, unit: Limit['unit'], of: string, why: string): Limit {
  return { most, unit, of, why };
}
