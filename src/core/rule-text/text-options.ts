import { optionRow } from '../extensions/options.ts';

/**
 * How the word behind an option is read and printed: as text of any form, so that `-j` behind `--comment` is a comment and no jump,
 * or as an ordinary word.
 */
export function textStyle(option: string | undefined): 'text' | 'quoted' | 'word' {
  return (option === undefined ? undefined : optionRow(option)?.style) ?? 'word';
}
