/** Rules of rules.mjs in the language of ferm. */
export function printFerm(table) {
  const chains = [...table].map(([name, rules]) => `  chain ${name} {\n${rules.map(fermRule).join('\n')}\n  }`);
  return `domain ip table filter {\n  chain (INPUT FORWARD OUTPUT) policy ACCEPT;\n${chains.join('\n')}\n}\n`;
}

const WORDS = [
  [/-m (tcp|udp) /, ''],
  [/-s (\S+)/, 'saddr $1'],
  [/-d (\S+)/, 'daddr $1'],
  [/-i (\S+)/, 'interface $1'],
  [/-p (\S+)/, 'proto $1'],
  [/--dport (\S+)/, 'dport $1'],
  [/-m conntrack --ctstate (\S+)/, 'mod conntrack ctstate $1'],
  [/-m multiport --dports (\S+)/, (_, ports) => `mod multiport destination-ports (${ports.replaceAll(',', ' ')})`],
  [/-m comment --comment/, 'mod comment comment'],
  [/-m limit --limit/, 'mod limit limit'],
  [/--log-prefix/, 'log-prefix'],
  [/-j (site-\d+)/, 'jump $1'],
  [/-j (\S+)/, '$1'],
];

function fermRule(text) {
  return `    ${WORDS.reduce((rule, [from, to]) => rule.replace(from, to), text)};`;
}
