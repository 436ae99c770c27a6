import { nearest } from '../diagnostics/nearest.ts';
import { MATCHES } from '../extensions/matches.ts';
import { ALL_TARGETS, isTarget } from '../extensions/names.ts';
import { optionRow, optionsThat } from '../extensions/options.ts';
import { ownerOfOption } from '../extensions/owner-of-option.ts';
import { targetRow } from '../extensions/targets.ts';
import { lexRule } from '../rule-text/lex.ts';
import type { TableName } from '../rules/types.ts';
import { missingSetOf } from './refusal.ts';

/** A refused rule, with what a remedy may name. */
export type Refused = {
  readonly output: string;
  /** As it was given to iptables-restore. */
  readonly text: string;
  readonly table: TableName;
  /** Chains of the table, by their names in the kernel. */
  readonly chains: readonly string[];
  /** Declared sets, by their names in the kernel. */
  readonly sets: readonly string[];
};

const PORTS = optionsThat(({ role }) => role === 'port');

/** What to write instead, for the mistakes that people make most. Undefined where the words of iptables must do. */
export function remedyOf(refused: Refused): string | undefined {
  const words = lexRule(refused.text).words.map(({ value }) => value);
  const { output } = refused;
  const quoted = /[`'"]([^`'"\n]+)['"]/.exec(output)?.[1] ?? '';
  const at = words.indexOf(quoted);
  if (words.some((word) => /^[\u2010-\u2015\u2212]/.test(word))) return typographicDash(words);
  if (words.includes('!') && isOldNegation(words, at)) return oldNegation(words, at);
  if (/^Bad argument/.test(output)) return badArgument(words, at);
  if (/^unknown option/.test(output)) return missingTarget(words, refused) ?? unknownOption(words, quoted);
  if (/^invalid port\/service/.test(output)) return badPort(words[at - 1] ?? '--dport', quoted);
  if (/^Chain '.*' does not exist|^Couldn't load target/.test(output)) return missingTarget(words, refused);
  if (/^Couldn't load match/.test(output)) return missingMatch(quoted);
  if (missingSetOf(output) !== undefined) return missingSet(words, refused.sets);
  if (/^--tcp-flags requires two args/.test(output)) {
    return 'Write two words: the flags to look at and those that are set, such as `--tcp-flags SYN,RST SYN`.';
  }
  if (/Too many links/.test(output)) return 'Chains jump in a circle: take one of the jumps out.';
  if (/Invalid argument|the kernel gave no reason/.test(output)) {
    return placeRemedy(words, refused.table) ?? jumpRemedy(words, refused);
  }
  return undefined;
}

function typographicDash(words: readonly string[]): string {
  const word = words.find((one) => /^[\u2010-\u2015\u2212]/.test(one)) ?? '';
  const name = word.replace(/^[\u2010-\u2015\u2212-]+/, '');
  return `\`${word}\` begins with a typographic dash: write \`${name.length > 1 ? '--' : '-'}${name}\`.`;
}

/** `-d ! x`: the way of iptables before 1.4.3. */
function isOldNegation(words: readonly string[], at: number): boolean {
  const bang = words[at] === '!' ? at : at - 1;
  return words[bang] === '!' && (words[bang - 1] ?? '').startsWith('-');
}

function oldNegation(words: readonly string[], at: number): string {
  const bang = words[at] === '!' ? at : at - 1;
  const [option = '', value = ''] = [words[bang - 1], words[bang + 1]];
  return `Write \`! ${option} ${value}\`: the \`!\` stands before the option. (In YAML a rule that begins with \`!\` needs quotes.)`;
}

function badArgument(words: readonly string[], at: number): string | undefined {
  const before = words.slice(0, Math.max(at, 0));
  const opened = before.findLast((word) => word.startsWith("'") && !/^'.*'$/.test(word));
  if (opened !== undefined) return 'Single quotes do not quote here: write double quotes around the text.';
  const [option = '', match = ''] = [before.at(-2), before.at(-1)];
  if (option === '-m') return `Write \`-m ${match} --${match === 'conntrack' ? 'ctstate' : match} ${words[at]}\`.`;
  if (/^--(?:comment|log-prefix|nflog-prefix|string)$/.test(option)) return 'Write double quotes around the text.';
  if (/^-[sd]$/.test(option)) return 'Several addresses are one word with commas between them, or a list value.';
  return undefined;
}

function unknownOption(words: readonly string[], option: string): string | undefined {
  const protocol = words[words.findIndex((word) => word === '-p' || word === '--protocol') + 1];
  const hasProtocol = words.some((word) => word === '-p' || word === '--protocol');
  if (PORTS.has(option)) {
    if (!hasProtocol) return `Ports belong to a protocol: write \`-p tcp\` or \`-p udp\` in front of \`${option}\`.`;
    return `Protocol ${protocol} has no ports: those with ports are tcp, udp, sctp, dccp and udplite.`;
  }
  const owner = ownerOfOption(option);
  if (owner === undefined) return undefined;
  if ('protocol' in owner) return `Write \`-p ${owner.protocol}\` in front of \`${option}\`.`;
  if ('match' in owner) return `Write \`-m ${owner.match}\` in front of \`${option}\`.`;
  return `\`${option}\` belongs to ${owner.target}: write \`-j ${owner.target}\` in front of it.`;
}

function badPort(option: string, port: string): string | undefined {
  if (port.includes(',')) {
    const many = option.startsWith('--s') ? '--sports' : '--dports';
    return `For several ports write \`-m multiport ${many} ${port}\`, or a list under \`values:\` and \`${option} $name\`.`;
  }
  if (/^\d+-\d+$/.test(port)) return `A range is written with a colon: \`${option} ${port.replace('-', ':')}\`.`;
  return undefined;
}

/** A target that this iptables does not have; with an option behind it iptables complains of the option. */
function missingTarget(words: readonly string[], { chains }: Refused): string | undefined {
  const at = words.findIndex((word) => /^(?:-[jg]|--jump|--goto)$/.test(word));
  const target = words[at + 1];
  if (at < 0 || target === undefined || isTarget(target) || chains.includes(target)) return undefined;
  return `${target} is neither a chain of this table nor a target that iptables has.${didYouMean(target, chains)}`;
}

/** Names that are near to one that does not exist: chains as they are written in the state, and targets. */
export function didYouMean(target: string, chains: readonly string[]): string {
  const near = nearest(target, [...ALL_TARGETS, ...chains.map((chain) => chain.replace(/^[a-z0-9]{1,8}-/, ''))]);
  return near === undefined ? '' : ` Did you mean ${near}?`;
}

function missingMatch(match: string): string {
  const near = Object.hasOwn(MATCHES, match) ? undefined : nearest(match, Object.keys(MATCHES));
  if (near !== undefined) return `This iptables has no match ${match}. Did you mean ${near}?`;
  const bringer = match === 'geoip' ? ' (xtables-addons)' : '';
  return `This iptables has no match ${match}: correct the name, or install what brings it${bringer}.`;
}

function missingSet(words: readonly string[], sets: readonly string[]): string {
  const name = words[words.findIndex((word) => optionRow(word)?.namesSet === true) + 1] ?? '';
  const near = nearest(
    name,
    sets.map((set) => set.replace(/^[a-z0-9]{1,8}-/, '')),
  );
  const meant = near === undefined ? '' : `Did you mean ${near}? `;
  return `${meant}Declare it under \`sets:\`, or, where another program makes it, let that run first (ipset create ${name} ...), also at boot.`;
}

/** The legacy backend gives no reason for a circle, nor for a jump to rules that its hook does not take; the nft backend names the first. */
function jumpRemedy(words: readonly string[], { chains, output }: Refused): string | undefined {
  const target = words[words.findIndex((word) => /^(?:-[jg]|--jump|--goto)$/.test(word)) + 1] ?? '';
  if (!/gave no reason/.test(output) || !chains.includes(target)) return undefined;
  return 'This is a jump: either chains jump in a circle, so take one of the jumps out, or it leads to a rule that does not work where it comes from.';
}

/** What the kernel most likely has against a rule of which it says only that an argument is invalid. */
function placeRemedy(words: readonly string[], table: TableName): string | undefined {
  const target = words[words.findIndex((word) => word === '-j' || word === '--jump') + 1] ?? '';
  const { tables, hooks } = targetRow(target);
  if (tables !== undefined && !tables.includes(table)) {
    return `${target} works in table ${tables.join(' or ')} only${hooks === undefined ? '' : `, in ${hooks}`}: declare it there.`;
  }
  const protocol = words[words.findIndex((word) => word === '-p' || word === '--protocol') + 1];
  if (words.includes('tcp-reset') && protocol !== 'tcp' && protocol !== '6') {
    return 'Only TCP can be reset: write `-p tcp` in front.';
  }
  if (words.includes('--uid-owner') || words.includes('--gid-owner')) {
    return 'Only packets of this host have an owner: the rule belongs in OUTPUT or POSTROUTING.';
  }
  if (hooks !== undefined) return `${target} works only in ${hooks}, or in a chain that these alone lead to.`;
  if (words.includes('RATEEST'))
    return 'An estimator has one interval for all rules that name it, and keeps it as long as one does: give this one another --rateest-name, or both the same settings.';
  return undefined;
}
