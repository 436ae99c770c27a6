import { cleanText } from '../ui/clean-text.ts';

/** A warning that changes neither what a run does nor its exit number. */
export function warn(words: string): void {
  process.stderr.write(`Warning: ${cleanText(words, true)}\n`);
}
