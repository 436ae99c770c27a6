import fc from 'fast-check';
import { BUILTIN } from '../../src/core/rules/builtin.ts';

const USERS = ['web', 'db', 'Log', 'a9'];
const RULES = [
  '-j ACCEPT',
  '-j DROP',
  '-j web',
  '-j db',
  '-g a9',
  '-s 10.0.0.1/32 -j ACCEPT',
  '-s 10.1.2.3/8 -j RETURN',
  '-p tcp --dport 22 -j ACCEPT',
  '-p tcp -m tcp --dport 22 -j ACCEPT',
  '-j LOG --log-prefix "x y: "',
  '-m comment --comment "it\'s" -j web',
  '-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
  '-p udp',
  '-j nowhere',
  '-j MASQUERADE',
  '-s 10.0.0.1 --frob',
  '-d 192.0.2.0/24 ! -i lo -j Log',
];

/** A line of restore text for one table: most of them can be carried out, some only now and then. */
function arbitraryLine(table: 'filter' | 'nat'): fc.Arbitrary<string> {
  const builtin = fc.constantFrom(...BUILTIN[table]);
  const user = fc.constantFrom(...USERS);
  const chain = fc.oneof({ weight: 1, arbitrary: builtin }, { weight: 2, arbitrary: user });
  const rule = fc.constantFrom(...RULES);
  const place = fc.integer({ min: 1, max: 3 });
  const counters = fc.constantFrom('', '', '[7:700] ');
  const add = fc.tuple(counters, chain, rule).map(([count, name, text]) => `${count}-A ${name} ${text}`);
  const insert = fc
    .tuple(counters, chain, place, rule)
    .map(([count, name, at, text]) => `${count}-I ${name} ${at} ${text}`);
  const replace = fc
    .tuple(counters, chain, place, rule)
    .map(([count, name, at, text]) => `${count}-R ${name} ${at} ${text}`);
  const removeAt = fc.tuple(chain, place).map(([name, at]) => `-D ${name} ${at}`);
  const removeRule = fc.tuple(chain, rule).map(([name, text]) => `-D ${name} ${text}`);
  const policy = fc.tuple(builtin, fc.constantFrom('ACCEPT', 'DROP'), fc.constantFrom('[0:0]', '[4:44]'));
  return fc.oneof(
    { weight: 6, arbitrary: add },
    { weight: 4, arbitrary: insert },
    { weight: 1, arbitrary: replace },
    { weight: 2, arbitrary: removeAt },
    { weight: 1, arbitrary: removeRule },
    { weight: 3, arbitrary: user.map((name) => `-N ${name}`) },
    { weight: 4, arbitrary: user.map((name) => `:${name} - [0:0]`) },
    { weight: 1, arbitrary: chain.map((name) => `-F ${name}`) },
    { weight: 1, arbitrary: user.map((name) => `-X ${name}`) },
    { weight: 1, arbitrary: policy.map(([name, word, count]) => `:${name} ${word} ${count}`) },
    { weight: 1, arbitrary: policy.map(([name, word]) => `-P ${name} ${word}`) },
    { weight: 1, arbitrary: fc.constant('-F') },
  );
}

/** Restore text for one or two tables. */
export function arbitraryRestore(): fc.Arbitrary<string> {
  const table = fc
    .constantFrom('filter', 'nat')
    .chain((name) =>
      fc
        .array(arbitraryLine(name as 'filter' | 'nat'), { minLength: 1, maxLength: 7 })
        .map((lines) => `*${name}\n${lines.join('\n')}\nCOMMIT\n`),
    );
  return fc.array(table, { minLength: 1, maxLength: 2 }).map((tables) => tables.join(''));
}
