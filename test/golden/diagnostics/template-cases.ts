/**
 * Mistakes with values and templates. Paths under `templates/` are templates, the text of `--var` holds the values of a command line, one
 * on each line; all else is the state.
 */
type Cases = Readonly<Record<string, Readonly<Record<string, string>>>>;

const filter = (chains: string) => `tables:\n  filter:\n${chains}`;
const input = (...rules: readonly string[]) =>
  filter(`    INPUT:\n${rules.map((rule) => `      - ${rule}\n`).join('')}`);
const use = (name: string, more = '') => `use:\n  - template: ${name}\n${more}`;

const GATEWAY =
  'description: A gateway\nparameters:\n  inside: {type: list of cidr}\n  uplink: {type: interface, default: eth0}\n' +
  '  port: {type: port, required: false}\ntables:\n  filter:\n    FORWARD:\n      - -s $inside -o $uplink -j ACCEPT\n';

export const TEMPLATE_CASES: Cases = {
  'value-bad-name': { 'state/a.yaml': `values:\n  Mgmt: 10.0.0.1\n  web-port: 80\n${input('-j ACCEPT')}` },
  'value-of-mapping': { 'state/a.yaml': `values:\n  mgmt: {a: b}\n  ports: [[80]]\n${input('-j ACCEPT')}` },
  'value-unknown-reference': {
    'state/a.yaml': `values:\n  mgmt: [10.0.0.1]\n  all: [$mgnt, 10.0.0.2]\n${input('-s $all -j ACCEPT')}`,
  },
  'value-circle': { 'state/a.yaml': `values:\n  a: $b\n  b: [x, $c]\n  c: $a\n${input('-s $a -j ACCEPT')}` },
  'value-list-inside-text': {
    'state/a.yaml': `values:\n  ports: [80, 443]\n  all: 1000,$ports\n${input('-p tcp -m multiport --dports $all -j ACCEPT')}`,
  },
  'value-becomes-option': {
    'state/a.yaml': `values:\n  target: -j\n${input('-p tcp $target ACCEPT', '-s $target -j DROP')}`,
  },
  'value-becomes-negation': { 'state/a.yaml': `values:\n  not: '!'\n${input('-p tcp $not --syn -j ACCEPT')}` },
  'value-empty': { 'state/a.yaml': `values:\n  who: ''\n${input('-s $who -j ACCEPT')}` },
  'value-in-option': { 'state/a.yaml': `values:\n  what: dport\n${input('-p tcp --$what 22 -j ACCEPT')}` },
  'value-control-character': {
    'state/a.yaml': `values:\n  who: "10.0.0.1\\n-A INPUT -j ACCEPT"\n${input('-s $who -j ACCEPT')}`,
  },
  'value-too-long': { 'state/a.yaml': `values:\n  who: ${'x'.repeat(1100)}\n${input('-s $who -j ACCEPT')}` },
  'value-list-in-chain-name': {
    'state/a.yaml': `values:\n  ports: [1, 2]\n${filter('    port-$ports:\n      - -j ACCEPT\n')}`,
  },
  'value-list-in-comment': {
    'state/a.yaml': `values:\n  who: [a, b]\n${filter('    INPUT:\n      - rule: -j ACCEPT\n        comment: for $who\n')}`,
  },
  'value-negated-list': {
    'state/a.yaml': `values:\n  mgmt: [10.0.0.0/8, 172.16.0.0/12, 2001:db8::/32]\n${input("'! -s $mgmt -j DROP'")}`,
  },
  'value-of-no-family': {
    'state/a.yaml': `values:\n  mgmt: [2001:db8::/32, fe80::/10]\n${input('-s $mgmt -p icmp -j ACCEPT')}`,
  },
  'value-bad-reference': {
    'state/a.yaml': input(`-s ${'$'}{mgmt -j ACCEPT`, `-s ${'$'}{} -j ACCEPT`, '-s $5 -j ACCEPT'),
  },
  'value-product-too-large': {
    'state/a.yaml': `values:\n  a: [${'1, '.repeat(400)}1]\n  b: [${'2, '.repeat(400)}2]\n${input('-p tcp --sport $a --dport $b -j ACCEPT')}`,
  },
  'id-of-values': {
    'state/a.yaml': `values:\n  who: A_B\n${filter('    INPUT:\n      - rule: -j ACCEPT\n        id: for-$who\n')}`,
  },
  'var-unknown': {
    'state/a.yaml': `values:\n  mgmt: 10.0.0.1\n${input('-s $mgmt -j ACCEPT')}`,
    '--var': 'mgnt=10.0.0.2',
  },
  'var-becomes-option': {
    'state/a.yaml': `values:\n  mgmt: 10.0.0.1\n${input('-s $mgmt -j ACCEPT')}`,
    '--var': 'mgmt=[10.0.0.2, -j]',
  },
  'when-bad-form': {
    'state/a.yaml': filter(
      '    INPUT:\n      - rule: -j ACCEPT\n        when: $a and $b\n      - rule: -j DROP\n        when: $a == $b\n',
    ),
  },
  'when-not-a-flag': {
    'state/a.yaml': `values:\n  log: yes\n  ports: [80]\n${filter(
      '    INPUT:\n      - rule: -j ACCEPT\n        when: $log\n      - rule: -j DROP\n        when: $ports == 80\n      - rule: -j DROP\n        when: not $lgo\n',
    )}`,
  },
  'template-unknown': { 'state/a.yaml': use('nat-gatway'), 'templates/nat-gateway.yaml': GATEWAY },
  'template-as-path': { 'state/a.yaml': use('../../etc/passwd') },
  'template-missing-parameter': { 'state/a.yaml': use('gateway'), 'templates/gateway.yaml': GATEWAY },
  'template-unknown-parameter': {
    'state/a.yaml': use('gateway', '    with: {insied: 10.0.0.0/8, inside: 10.0.0.0/8}\n'),
    'templates/gateway.yaml': GATEWAY,
  },
  'template-wrong-type': {
    'state/a.yaml': use('gateway', '    with: {inside: [10.0.0.0/33, lan0], uplink: eth0/1, port: 70000}\n'),
    'templates/gateway.yaml': GATEWAY,
  },
  'template-wrong-type-through-value': {
    'state/a.yaml': `values:\n  lan: [10.0.0.0/8, lan0]\n${use('gateway', '    with: {inside: $lan}\n')}`,
    'templates/gateway.yaml': GATEWAY,
  },
  'template-list-for-one': {
    'state/a.yaml': use('gateway', '    with: {inside: 10.0.0.0/8, uplink: [eth0, eth1]}\n'),
    'templates/gateway.yaml': GATEWAY,
  },
  'template-bad-default': {
    'state/a.yaml': use('t'),
    'templates/t.yaml': `parameters:\n  port: {type: port, default: 99999}\n  who: {type: cidr, default: 10.0.0.1, required: true}\n${input('-j ACCEPT')}`,
  },
  'template-bad-type': {
    'state/a.yaml': use('t'),
    'templates/t.yaml': `parameters:\n  port: {type: ports}\n  who: {type: [cidr, port]}\n  x: {description: none}\n${input('-j ACCEPT')}`,
  },
  'template-circle': {
    'state/a.yaml': use('one'),
    'templates/one.yaml': use('two'),
    'templates/two.yaml': use('one'),
  },
  'template-in-the-wrong-place': {
    'state/a.yaml': `${use('rules')}${filter('    INPUT:\n      - use: gateway\n        with: {inside: 10.0.0.0/8}\n')}`,
    'templates/gateway.yaml': GATEWAY,
    'templates/rules.yaml': 'rules:\n  - -j ACCEPT\n',
  },
  'template-of-both-kinds': {
    'state/a.yaml': use('t'),
    'templates/t.yaml': `${input('-j ACCEPT')}rules:\n  - -j DROP\n`,
  },
  'template-empty': {
    'state/a.yaml': 'use:\n  - template: t\n  - template: u\n  - template: v\n',
    'templates/t.yaml': '',
    'templates/u.yaml': 'description: nothing\n',
    'templates/v.yaml': 'rules: []\n---\nrules: []\n',
  },
  'template-unknown-key': {
    'state/a.yaml': use('t'),
    'templates/t.yaml': `namespace: edge\nowner: web\n${input('-j ACCEPT')}`,
  },
  'template-value-is-parameter': {
    'state/a.yaml': use('t'),
    'templates/t.yaml': `parameters:\n  port: {type: port, default: 80}\nvalues:\n  port: 81\n${input('-j ACCEPT')}`,
  },
  'template-wrong-rule-used-twice': {
    'state/a.yaml': 'use:\n  - {template: t, with: {port: 80}}\n  - {template: t, with: {port: 81}}\n',
    'templates/t.yaml': `parameters:\n  port: {type: port}\n${input('-p tcp --dport $prot -j ACCEPT', '-p tcp --dport=$port -j ACCEPT')}`,
  },
  'template-wrong-in-a-template': {
    'state/a.yaml': use('outer', '    with: {name: bad name}\n'),
    'templates/outer.yaml': `parameters:\n  name: {type: string}\n${use('inner', '    with: {chain: $name}\n')}`,
    'templates/inner.yaml': `parameters:\n  chain: {type: chain}\n${filter('    $chain:\n      - -j ACCEPT\n')}`,
  },
  'template-chain-too-long': {
    'state/a.yaml': use('t', '    with: {name: a-chain-of-twenty-eight-byte}\n'),
    'templates/t.yaml': `parameters:\n  name: {type: chain}\n${filter('    $name:\n      - -j ACCEPT\n')}`,
  },
  'template-policy-contradiction': {
    'state/a.yaml': `${use('t')}${filter('    INPUT: {policy: ACCEPT}\n')}`,
    'templates/t.yaml': filter('    INPUT: {policy: DROP}\n'),
  },
  'template-duplicate-id': {
    'state/a.yaml': 'use:\n  - {template: t, with: {port: 80}}\n  - {template: t, with: {port: 81}}\n',
    'templates/t.yaml': `parameters:\n  port: {type: port}\n${filter('    INPUT:\n      - {rule: -p tcp --dport $port -j ACCEPT, id: web}\n')}`,
  },
  'use-and-rule': {
    'state/a.yaml': filter(
      '    INPUT:\n      - rule: -j ACCEPT\n        use: t\n      - use: t\n        id: x\n      - comment: y\n',
    ),
    'templates/t.yaml': 'rules: [-j ACCEPT]\n',
  },
  'declared-by-template-and-kept': {
    'state/a.yaml': 'ownership: exclusive\nkeep: [DOCKER*]\nuse:\n  - template: guard\n',
    'templates/guard.yaml': filter('    DOCKER-USER:\n      - -s 10.0.0.1/32 -j DROP\n'),
  },
  'foreign-without-meaning': {
    'state/a.yaml': filter('    INPUT: {foreign: true}\n    web: {foreign: yes}\n'),
    'state/b.yaml': 'ownership: exclusive\ntables:\n  nat:\n    DOCKER: {foreign: true}\n',
  },
};
