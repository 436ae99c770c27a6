import { mergeFlags } from '../../core/completion/merge-flags.ts';
import type { CommandEntry, Offer } from '../../core/completion/types.ts';

/**
 * What bash and zsh both understand: `_fw_value COMMAND FLAG` and `_fw_argument COMMAND PLACE` set `offered`, the words and sources of
 * that place, and fail where nothing can stand there.
 */
export function printTables(commands: readonly CommandEntry[]): readonly string[] {
  const flags = mergeFlags(commands).map(({ keys, offer }) => printCase(keys, offer));
  const places = commands.flatMap(({ id, args }) => args.map((offer, at) => printCase([`${id} ${at}`], offer)));
  return [
    '_fw_value() {',
    '  case "$1 $2" in',
    ...flags,
    '    *) return 1 ;;',
    '  esac',
    '}',
    '',
    '_fw_argument() {',
    '  case "$1 $2" in',
    ...places,
    '    *) return 1 ;;',
    '  esac',
    '}',
  ];
}

function printCase(keys: readonly string[], { words, sources }: Offer): string {
  // A source is distinguished from a word by its colon.
  const offered = [...words, ...sources.map((source) => `:${source}`)].map(shellQuote).join(' ');
  return `    ${keys.map(casePattern).join(' | ')}) offered=(${offered}) ;;`;
}

/** A text as one word of bash, zsh and every other shell of their kind. */
export function shellQuote(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A pattern of `case`: everything is taken as it is but a `*` at the beginning. */
function casePattern(key: string): string {
  return key.startsWith('* ') ? `*${shellQuote(key.slice(1))}` : shellQuote(key);
}
