/** Rules as iptables-save prints them, of the kinds that real firewalls hold; every number gives another rule. */
export function rule(number) {
  const host = `10.${(number >> 16) & 255}.${(number >> 8) & 255}.${number & 255}`;
  const port = 1024 + (number % 60_000);
  const kinds = [
    `-s ${host}/32 -p tcp -m tcp --dport ${port} -j ACCEPT`,
    `-d ${host}/32 -i eth${number % 8} -p udp -m udp --dport ${port} -j DROP`,
    `-s ${host}/32 -p tcp -m conntrack --ctstate NEW -m multiport --dports 80,443,${port} -j ACCEPT`,
    `-s ${host}/32 -m comment --comment "ticket ${number}" -j RETURN`,
    `-s ${host}/32 -m limit --limit 5/sec -j LOG --log-prefix "drop-${number} "`,
  ];
  return kinds[number % kinds.length];
}

/** `count` rules in `chains` chains, as a map from the name of a chain to its rules; FORWARD jumps to every chain. Numbers of rules begin behind `first`. */
export function makeTable(count, chains, first = 0) {
  const table = new Map([['FORWARD', []]]);
  for (let index = 0; index < chains; index += 1) {
    table.set(`site-${index}`, []);
    table.get('FORWARD').push(`-j site-${index}`);
  }
  for (let number = chains; number < count; number += 1)
    table.get(`site-${number % chains}`).push(rule(first + number));
  return table;
}

/** A copy with `count` changes spread over the table: a third edited, a third new, a third gone. */
export function changeTable(table, count) {
  const changed = new Map([...table].map(([chain, rules]) => [chain, [...rules]]));
  const names = [...table.keys()].filter((chain) => chain !== 'FORWARD');
  for (let change = 0; change < count; change += 1) {
    const rules = changed.get(names[Math.floor((change * names.length) / count)]);
    const at = Math.floor(rules.length / 2);
    const fresh = `-s 192.0.2.${change}/32 -j DROP`;
    rules.splice(at, change % 3 === 1 ? 0 : 1, ...(change % 3 === 2 ? [] : [fresh]));
  }
  return changed;
}

/** Text for iptables-restore --noflush that makes the second table of the first. Every rule is there once, and none has another order. */
export function printChange(from, to) {
  const lines = [...to].flatMap(([chain, rules]) => {
    const old = from.get(chain);
    const [was, is] = [new Set(old), new Set(rules)];
    const edits = [];
    for (let left = 0, place = 1; left < old.length || place <= rules.length; ) {
      const [gone, fresh] = [
        left < old.length && !is.has(old[left]),
        place <= rules.length && !was.has(rules[place - 1]),
      ];
      if (gone && fresh) edits.push(`-R ${chain} ${place} ${rules[place - 1]}`);
      else if (gone) edits.push(`-D ${chain} ${place}`);
      else if (fresh) edits.push(`-I ${chain} ${place} ${rules[place - 1]}`);
      if (gone || !fresh) left += 1;
      if (fresh || !gone) place += 1;
    }
    return edits;
  });
  return printScript(lines);
}

/** Texts that put a rule of its own at the head of `count` chains, and take them away again, as somebody else might. */
export function printForeign(table, count, number) {
  const names = [...table.keys()].filter((chain) => chain !== 'FORWARD').slice(0, count);
  const rule = `-s 198.51.100.0/24 -p tcp -m tcp --dport ${20_000 + number} -j DROP`;
  return {
    put: printScript(names.map((chain) => `-I ${chain} 1 ${rule}`)),
    takeAway: printScript(names.map((chain) => `-D ${chain} 1`)),
  };
}

function printScript(lines) {
  return `${['*filter', ...lines, 'COMMIT'].join('\n')}\n`;
}

export function printRules(table) {
  const head = ['INPUT', 'FORWARD', 'OUTPUT'].map((chain) => `:${chain} ACCEPT [0:0]`);
  const user = [...table.keys()].filter((chain) => chain !== 'FORWARD').map((chain) => `:${chain} - [0:0]`);
  const body = [...table].flatMap(([chain, rules]) => rules.map((text) => `-A ${chain} ${text}`));
  return `${['*filter', ...head, ...user, ...body, 'COMMIT'].join('\n')}\n`;
}

/** The same rules as a state document. */
export function printYaml(table, namespace) {
  const head = [`namespace: ${namespace}`, 'ownership: exclusive', 'family: ipv4', 'tables:', '  filter:'];
  const body = [...table].flatMap(([chain, rules]) => [`    ${chain}:`, ...rules.map((text) => `      - ${text}`)]);
  return `${[...head, ...body].join('\n')}\n`;
}
