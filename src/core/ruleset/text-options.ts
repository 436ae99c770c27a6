/** Options whose value iptables-save 1.8.9 prints bare only if it is made of letters, digits, `_` and `-`. */
const TEXT_OPTIONS: ReadonlySet<string> = new Set(['--comment', '--log-prefix', '--nflog-prefix', '--helper']);

/** Options whose value iptables-save 1.8.9 always prints in quotes, with single quotes as they are. */
const QUOTED_OPTIONS: ReadonlySet<string> = new Set(['--string', '--hex-string', '--u32', '--bytecode']);

/**
 * How the word behind an option is read and printed: as text of any form, so that `-j` behind `--comment` is a comment and no jump,
 * or as an ordinary word.
 */
export function textStyle(option: string | undefined): 'text' | 'quoted' | 'word' {
  if (option === undefined) return 'word';
  if (TEXT_OPTIONS.has(option)) return 'text';
  return QUOTED_OPTIONS.has(option) ? 'quoted' : 'word';
}
