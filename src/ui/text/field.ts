import { cleanText } from './clean-text.ts';

/**
 * Text of others as one field of a line whose fields stand apart by tabs: cleaned, so it holds no tab and no line end, and never empty,
 * so every field keeps its number.
 */
export function field(text: string): string {
  return text === '' ? '-' : cleanText(text, true);
}
