import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { counterpartOf } from '../extensions/reject-types.ts';
import type { Family } from '../rules/types.ts';
import type { ReadDocument, ReadRule, RuleVersion } from '../state/as-written/written.ts';
import { EVERY_ADDRESS } from '../state/rule/read-words.ts';

const NAME = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;

/**
 * Rules that one word makes a rule of one family, where the document is for both and the chain has no such rule for the other: the other family
 * would be left open, or shut, without a word.
 */
export function checkFamilies(documents: readonly ReadDocument[]): readonly Diagnostic[] {
  const chains = new Map<string, ReadRule[]>();
  for (const { tables } of documents) {
    for (const table of tables) {
      for (const { name, rules } of table.chains) {
        const key = `${table.name} ${name}`;
        const known = chains.get(key);
        if (known === undefined) chains.set(key, [...rules]);
        else for (const rule of rules) known.push(rule);
      }
    }
  }
  return [...chains.values()].flatMap(checkChain);
}

function checkChain(rules: readonly ReadRule[]): readonly Diagnostic[] {
  const versions = rules.flatMap((rule) => rule.versions);
  const passing = versions.filter((version) => version.because !== undefined);
  if (passing.length === 0) return [];
  const rest = new Set(versions.map((version) => `${version.family} ${restOf(version)}`));
  return passing.flatMap((version) => {
    const other: Family = version.family === 'ipv4' ? 'ipv6' : 'ipv4';
    return rest.has(`${other} ${restOf(version)}`) ? [] : [onlyOne(version, other)];
  });
}

/** The words without those that only tell a family. */
function restOf({ words }: RuleVersion): string {
  const kept = words.filter((word, index) => {
    const before = words[index - 1] ?? '';
    const next = words[index + 1] ?? '';
    if (word === '--reject-with' || before === '--reject-with') return false;
    // A comment may well name the address.
    if (before === '--comment') return false;
    const isAddress = /^(?:-[sd]|--source|--src|--destination|--dst)$/;
    return !(isAddress.test(word) && EVERY_ADDRESS.test(next)) && !(isAddress.test(before) && EVERY_ADDRESS.test(word));
  });
  return JSON.stringify(kept);
}

function onlyOne({ family, because }: RuleVersion, other: Family): Diagnostic {
  const word = because?.word ?? '';
  const counterpart = counterpartOf(word);
  const hint =
    counterpart === undefined
      ? `Leave \`${word}\` out, which is every address of ${NAME[family]}, and the rule is for both;`
      : `Write the same rule with \`--reject-with ${counterpart}\` below it, or \`-j REJECT\` alone for both;`;
  return {
    severity: 'warning',
    code: 'state.one-family',
    message: `\`${word}\` makes this a rule for ${NAME[family]} alone: ${NAME[other]} gets no such rule`,
    ...(because === undefined ? {} : { span: because.span }),
    hint: `${hint} where ${NAME[family]} alone is meant, say \`family: ${family}\`.`,
  };
}
