/** Broken states, each a mistake that people make. The key names the golden file; the value maps paths to texts. */
export const CASES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'unknown-key-in-document': {
    'state/edge.yaml': 'namespace: host\nownershp: shared\ntables:\n  filter:\n    web: []\n',
  },
  'unknown-key-in-chain': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      policy: DROP\n      rulse:\n        - -j ACCEPT\n',
  },
  'unknown-key-in-rule': {
    'state/edge.yaml':
      'tables:\n  filter:\n    INPUT:\n      - rule: -p tcp --dport 22 -j ACCEPT\n        coment: ssh\n',
  },
  'rule-key-missing': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - id: ssh\n        comment: management\n',
  },
  'unknown-table': { 'state/edge.yaml': 'tables:\n  filtre:\n    INPUT:\n      - -j ACCEPT\n' },
  'wrong-type': { 'state/edge.yaml': 'namespace: {a: b}\ntables:\n  - filter\n' },
  'rules-as-text': { 'state/edge.yaml': 'tables:\n  filter:\n    INPUT: -p tcp --dport 22 -j ACCEPT\n' },
  'bad-value': {
    'state/edge.yaml': 'ownership: exclusiv\nbackend: nftables\nowner: My-Firewall\ntables:\n  filter:\n    web: []\n',
  },
  'bad-policy': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      policy: REJECT\n    web:\n      policy: DROP\n',
  },
  'duplicate-key': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n    web: []\n    INPUT:\n      - -j DROP\n',
  },
  indentation: { 'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n     - -j DROP\n' },
  'tab-as-indentation': { 'state/edge.yaml': 'tables:\n\tfilter:\n\t\tINPUT: []\n' },
  'unclosed-bracket': { 'state/edge.yaml': 'namespace: [edge, core\ntables:\n  filter:\n    INPUT: []\n' },
  'negation-eaten-by-yaml': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - ! -i lo -d 127.0.0.0/8 -j DROP\n',
  },
  'colon-in-log-prefix': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -j LOG --log-prefix "fw: "\n      - -j DROP\n',
  },
  'colon-in-comment': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -m comment --comment "note: web" -j ACCEPT\n',
  },
  'hash-in-comment': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -m comment --comment "ticket #42" -j ACCEPT\n',
  },
  'text-after-closing-quote': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - "-s 10.0.0.1" -j ACCEPT\n',
  },
  'unclosed-quote-in-rule': {
    'state/edge.yaml': `tables:\n  filter:\n    INPUT:\n      - '-m comment --comment "web -j ACCEPT'\n`,
  },
  'newline-in-rule': {
    'state/edge.yaml':
      'tables:\n  filter:\n    INPUT:\n      - |\n        -p tcp --dport 22 -j ACCEPT\n        -A INPUT -j ACCEPT\n',
  },
  'escape-in-comment': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - rule: -j ACCEPT\n        comment: "a\\e[2Jb"\n',
  },
  'raw-control-character': { 'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -j ACCEPT \u0007-i eth0\n' },
  'comment-too-long': {
    'state/edge.yaml': `tables:\n  filter:\n    INPUT:\n      - rule: -j ACCEPT\n        comment: ${'long words '.repeat(30)}\n`,
  },
  'command-words-in-rule': {
    'state/edge.yaml':
      'tables:\n  filter:\n    INPUT:\n      - -A INPUT -p tcp --dport 22 -j ACCEPT\n      - -t nat -j ACCEPT\n',
  },
  'joined-option-and-value': { 'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -s10.0.0.1 --jump=DROP\n' },
  'two-targets': { 'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -p tcp -j LOG -j DROP\n' },
  'both-families-in-one-rule': {
    'state/edge.yaml': 'tables:\n  filter:\n    FORWARD:\n      - -s 10.0.0.1 -d 2001:db8::1 -j ACCEPT\n',
  },
  'family-contradicts-rule': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - rule: -s 10.0.0.1 -j ACCEPT\n        family: ipv6\n',
  },
  'mixed-list-and-icmp': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -p icmp -s 10.0.0.0/8,2001:db8::/32 -j ACCEPT\n',
  },
  'negated-icmp': { 'state/edge.yaml': "tables:\n  filter:\n    INPUT:\n      - '! -p icmp -j DROP'\n" },
  'negated-list': { 'state/edge.yaml': "tables:\n  filter:\n    INPUT:\n      - '! -s 10.0.0.1,10.0.0.2 -j DROP'\n" },
  'unknown-value': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -s $mgmt -j ACCEPT\n      - -s $ -j DROP\n',
  },
  'sets-of-many-mistakes': {
    'state/edge.yaml':
      "sets:\n  blocked: {type: hash:nets}\n  'no name': {type: hash:net}\n  a: {entries: [10.0.0.1]}\n  ports: {type: bitmap:port}\n" +
      '  big: {type: hash:net, size: 4, maxelem: many}\n  web: {type: bitmap:port, range: 0-9, family: ipv4}\n  a_name_that_is_too_long_for_it: {type: hash:net}\n',
  },
  'entries-of-sets': {
    'state/edge.yaml':
      'values:\n  mgmt: [10.0.0.1, "::1"]\nsets:\n  four: {type: hash:net, family: ipv4, entries: [$mgmt, example.com, $none]}\n' +
      '  listed: {type: hash:net, file: lists/blocked.txt}\n  gone: {type: hash:net, file: lists/gone.txt}\n  up: {type: hash:net, file: ../up.txt}\n' +
      '  all: {type: list:set, entries: [four, five, all]}\n',
    'state/lists/blocked.txt': '# bad ones\n10.0.0.0/8\n10.0.0.1 timeout 5\n10.0.0.1"\nad swap x y\n',
  },
  'sets-twice-and-in-the-wrong-family': {
    'state/a.yaml': 'sets:\n  blocked: {type: hash:net}\n  blocked-6: {type: hash:net, family: ipv4}\n',
    'state/b.yaml':
      'sets:\n  blocked: {type: hash:ip}\n  four: {type: hash:ip, family: ipv4}\ntables:\n  filter:\n    INPUT:\n' +
      '      - -s 2001:db8::1 -m set --match-set four src -j DROP\n',
  },
  'unsupported-keys': {
    'state/edge.yaml': 'values:\n  a: 1\nuse:\n  - template: nat\nsets: {}\ntables:\n  filter:\n    web: []\n',
  },
  'chain-name-too-long': {
    'state/edge.yaml': 'owner: gateway\ntables:\n  filter:\n    chain-of-the-second-floor:\n      - -j ACCEPT\n',
  },
  'chain-name-is-target': {
    'state/edge.yaml':
      'tables:\n  filter:\n    LOG:\n      - -j ACCEPT\n    PREROUTING:\n      - -j ACCEPT\n    "a b": []\n    -x: []\n',
  },
  'jump-to-builtin': { 'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -j FORWARD\n' },
  'jump-to-other-family': {
    'state/a.yaml': 'family: ipv4\ntables:\n  filter:\n    web:\n      - -j ACCEPT\n',
    'state/b.yaml': 'tables:\n  filter:\n    INPUT:\n      - -p tcp --dport 80 -j web\n',
  },
  'duplicate-id': {
    'state/a.yaml': 'tables:\n  filter:\n    INPUT:\n      - {rule: -p tcp --dport 22 -j ACCEPT, id: ssh}\n',
    'state/b.yaml': 'tables:\n  filter:\n    INPUT:\n      - {rule: -p tcp --dport 2222 -j ACCEPT, id: ssh}\n',
  },
  'policy-contradiction': {
    'state/a.yaml': 'tables:\n  filter:\n    INPUT:\n      policy: DROP\n',
    'state/b.yaml': 'tables:\n  filter:\n    INPUT:\n      policy: ACCEPT\n',
  },
  'backend-contradiction': {
    'state/a.yaml': 'namespace: edge\nbackend: nft\ntables: {filter: {web: []}}\n',
    'state/b.yaml': 'namespace: edge*\nbackend: legacy\ntables: {filter: {web: []}}\n',
  },
  'ownership-contradiction': {
    'state/a.yaml': 'ownership: exclusive\ntables:\n  nat:\n    POSTROUTING:\n      - -j MASQUERADE\n',
    'state/b.yaml': 'tables:\n  nat:\n    POSTROUTING:\n      - -j MASQUERADE\n',
  },
  'declared-and-kept': {
    'state/a.yaml': 'ownership: exclusive\nkeep: ["KUBE-*", "DOCKER*"]\ntables:\n  filter:\n    INPUT: []\n',
    'state/b.yaml': 'ownership: exclusive\ntables:\n  filter:\n    DOCKER-USER:\n      - -s 10.0.0.1/32 -j DROP\n',
  },
  'built-in-chain-kept': {
    'state/a.yaml': 'ownership: exclusive\nkeep: [INPUT]\ntables:\n  filter:\n    OUTPUT: []\n',
  },
  'foreign-chain-of-an-owner': {
    'state/a.yaml': 'owner: web\ntables:\n  filter:\n    INPUT: [-j ACCEPT]\n',
    'state/b.yaml': 'tables:\n  filter:\n    web-INPUT:\n      foreign: true\n      rules: [-j DROP]\n',
  },
  'rules-file-and-document': {
    'state/host/ipv4.rules': '*filter\n:INPUT DROP [0:0]\n-A INPUT -i lo -j ACCEPT\nCOMMIT\n',
    'state/host.yaml': 'tables:\n  filter:\n    INPUT:\n      - -i lo -j ACCEPT\n',
  },
  'key-without-meaning': {
    'state/a.yaml':
      'keep: [DOCKER*]\ntables:\n  filter:\n    INPUT: []\n---\nownership: exclusive\nowner: web\nhook: last\ntables:\n  nat:\n    OUTPUT: []\n',
  },
  'missing-namespace': { 'state/a.yaml': 'namespace: edje\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n' },
  'bad-namespace-name': {
    'state/a.yaml': 'namespace: [../../etc, -rf, "a b"]\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
  },
  'glob-without-match': { 'state/a.yaml': 'namespace: qdhcp-*\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n' },
  'rules-file-misplaced': {
    'state/host.rules': '*filter\nCOMMIT\n',
    'state/edge/filter.rules': '*filter\nCOMMIT\n',
    'state/edge/deep/ipv4.rules': '*filter\nCOMMIT\n',
  },
  'merge-key': {
    'state/a.yaml': 'tables:\n  filter:\n    INPUT: &in\n      policy: DROP\n    OUTPUT:\n      <<: *in\n',
  },
  'unknown-alias': { 'state/a.yaml': 'tables:\n  filter:\n    INPUT: *missing\n' },
  'custom-tag': { 'state/a.yaml': 'namespace: !!binary aG9zdA==\ntables:\n  filter:\n    INPUT: []\n' },
  'errors-of-several-files': {
    'state/a.yaml': 'tables:\n  filter: [\n',
    'state/b.yaml': 'tables:\n  filter:\n    INPUT:\n      - -s 10.0.0.1 -s10.0.0.2 -j web\n---\ntabels: {}\n',
  },
  'long-and-wide-line': {
    'state/a.yaml': `tables:\n  filter:\n    INPUT:\n      - '-m comment --comment "${'防火墙 '.repeat(30)}" -p tcp -A INPUT -m comment --comment "${'x'.repeat(200)}" -j DROP'\n`,
  },
  'check-without-target': {
    'state/a.yaml':
      'checks:\n  - from: edge\n    retries: 3\n  - tcp: 10.0.0.1:22\n    http: http://10.0.0.1/\n  - tcp: 10.0.0.1:22\n    status: 200\n  - tpc: 10.0.0.1:22\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
  },
  'check-bad-tcp': {
    'state/a.yaml':
      'checks:\n  - tcp: 10.0.0.1\n  - tcp: 10.0.0.1:70000\n  - tcp: "10.0.0.256:22"\n  - tcp: 2001:db8::1:22\n  - tcp: "[10.0.0.1]:22"\n  - tcp: -x:22\n  - tcp: 10.0.0.1:ssh\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
  },
  'check-bad-http': {
    'state/a.yaml':
      'checks:\n  - http: ftp://10.0.0.1/\n  - http: http://10.1/\n  - http: http://user:secret@10.0.0.1/\n  - http: "http://10.0.0.1/\\r\\nHost: x"\n  - http: http://10.0.0.1:0/\n    status: 2xx\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
  },
  'check-bad-command': {
    'state/a.yaml':
      'checks:\n  - command: /bin/true --fast\n  - command: [bin/smoke]\n  - command: []\n  - command: [/bin/echo, "a\\nb"]\n  - command: [/bin/echo, [a]]\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
  },
  'check-bad-limits': {
    'state/a.yaml':
      'checks:\n  - tcp: 10.0.0.1:22\n    retries: 21\n    timeout: 61s\n    wait: -1s\n    name: "a\\tb"\n  - tcp: 10.0.0.1:22\n    timeout: 5\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
  },
  'check-from-nowhere': {
    'state/a.yaml':
      'checks:\n  - tcp: 10.0.0.1:22\n    from: edje\n  - tcp: 10.0.0.1:22\n    from: qrouter-*\n  - tcp: 10.0.0.1:22\n    from: ../../etc\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
  },
  'checks-too-long': {
    'state/a.yaml':
      'checks:\n  - {tcp: 10.0.0.1:22, timeout: 60s, retries: 8}\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
    'state/b.yaml':
      'checks:\n  - {tcp: 10.0.0.1:23, timeout: 60s}\ntables:\n  filter:\n    INPUT:\n      - -j ACCEPT\n',
  },
  'interface-of-the-wrong-side': {
    'state/edge.yaml':
      'tables:\n  filter:\n    INPUT: [-o eth0 -j ACCEPT]\n    OUTPUT:\n      - -p tcp -j out\n      - "! --in-interface eth0 -j DROP"\n    out: [-i lo -j ACCEPT]\n',
  },
  'interface-that-is-an-alias': { 'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -i eth0:1 -j ACCEPT\n' },
  'chain-in-lower-case': {
    'state/edge.yaml': 'tables:\n  filter:\n    input: [-j DROP]\n  nat:\n    Forward: [-j DROP]\n',
  },
  'chain-that-nothing-calls': {
    'state/edge.yaml':
      'tables:\n  filter:\n    INPUT:\n      - -p tcp -j web\n    web: [-j ACCEPT]\n    wbe:\n      - -j DROP\n',
  },
  'rules-behind-a-drop': {
    'state/edge.yaml':
      'family: ipv4\ntables:\n  filter:\n    INPUT:\n      - -p tcp -j ACCEPT\n      - -s 0.0.0.0/0 -j DROP\n      - -p udp -j ACCEPT\n      - -p icmp -j ACCEPT\n',
  },
  'rule-twice': {
    'state/edge.yaml':
      'tables:\n  filter:\n    INPUT:\n      - -p tcp --dport 22 -j ACCEPT\n      - -m limit --limit 1/s -j ACCEPT\n      - -m limit --limit 1/s -j ACCEPT\n      - -p tcp --dport 22 -j ACCEPT\n',
  },
  'value-twice-in-merged-lists': {
    'state/edge.yaml':
      'values: {web: [443, 80], mail: [25, 443], all: [$web, $mail]}\ntables:\n  filter:\n    INPUT:\n      - -p tcp --dport $all -j ACCEPT\n',
  },
  'reject-of-one-family': {
    'state/edge.yaml':
      'tables:\n  filter:\n    INPUT:\n      - -p udp -j REJECT --reject-with icmp-port-unreachable\n      - -p tcp -j REJECT --reject-with icmp-host-prohibited\n      - -p tcp -j REJECT --reject-with icmp6-adm-prohibited\n',
  },
  'every-address-of-one-family': {
    'state/edge.yaml':
      'tables:\n  filter:\n    INPUT:\n      - -s 0.0.0.0/0 -p tcp --dport 23 -j DROP\n      - -s ::/0 -p tcp --dport 24 -j DROP\n      - -s 0.0.0.0/0 -d 10.0.0.0/8 -j DROP\n',
  },
  'single-quotes': {
    'state/edge.yaml':
      "tables:\n  filter:\n    INPUT:\n      - -j LOG --log-prefix 'ntp:'\n      - -j LOG --log-prefix \"'meant'\"\n",
  },
  'key-below-a-plain-rule': {
    'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -p tcp --dport 22 -j ACCEPT\n        comment: ssh\n',
  },
  'saved-text-in-yaml': { 'state/edge.yaml': '*filter\n:INPUT ACCEPT [0:0]\n-A INPUT -p tcp -j ACCEPT\nCOMMIT\n' },
  'one-hyphen-too-few': { 'state/edge.yaml': 'tables:\n  filter:\n    INPUT:\n      - -p tcp -dport 22 -j ACCEPT\n' },
};
