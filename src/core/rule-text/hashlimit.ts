import { createHash } from 'node:crypto';
import { lexRule } from './lex.ts';

/** One `hashlimit` match of a rule: the table of buckets that it names, and all that the kernel keeps in that table. */
type Hashlimit = { readonly name: string; readonly settings: string };

/**
 * The hashlimit matches of a rule, read from its saved text. `--hashlimit-upto` and `--hashlimit-above` count as the same setting: the kernel
 * keeps the rate with the table, and which side of it matches with the rule.
 */
export function hashlimitsOf(text: string): readonly Hashlimit[] {
  if (!text.includes('--hashlimit-name ')) return [];
  const found: { name: string; settings: string[] }[] = [];
  let last: { name: string; settings: string[] } | undefined;
  const words = lexRule(text).words.map(({ value }) => value);
  for (const [index, word] of words.entries()) {
    if (word === '-m' && words[index + 1] === 'hashlimit') {
      last = { name: '', settings: [] };
      found.push(last);
    } else if (word.startsWith('--hashlimit-') && last !== undefined) {
      const value = words[index + 1] ?? '';
      if (word === '--hashlimit-name') last.name = value;
      else last.settings.push(/^--hashlimit-(?:upto|above)$/.test(word) ? `rate ${value}` : setting(word, value));
    }
  }
  return found.flatMap(({ name, settings }) => (name === '' ? [] : [{ name, settings: settings.join(' ') }]));
}

function setting(option: string, value: string): string {
  return value.startsWith('-') ? option : `${option} ${value}`;
}

/** The same rule with a temporary name in place of each name of a hashlimit table, or of each of these. */
export function underTemporaryName(text: string, isMeant: (name: string) => boolean = () => true): string {
  if (!text.includes('--hashlimit-name ')) return text;
  const { words } = lexRule(text);
  return words.reduceRight((changed, word, index) => {
    if (words[index - 1]?.value !== '--hashlimit-name' || !isMeant(word.value)) return changed;
    return `${changed.slice(0, word.start)}${temporaryName(word.value)}${changed.slice(word.end)}`;
  }, text);
}

/** Fifteen characters: older kernels take no longer name. */
function temporaryName(name: string): string {
  return `fw-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}
