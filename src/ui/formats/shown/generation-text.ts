import type { NumberedGeneration } from '../../../core/generation/types.ts';
import { setsOfGeneration, shownOfGeneration } from '../../../core/report/shown/of-generation.ts';
import { cleanText } from '../../text/clean-text.ts';
import { printShownText } from './text.ts';

/** A generation for people: which one it is, and what it declares. */
export function printGenerationText({ number, generation }: NumberedGeneration): string {
  const { at, operator, state } = generation;
  const title = cleanText(`Generation ${number}, applied ${at} by ${operator} from ${state}.`, true);
  return `${title}\n\n${printShownText(shownOfGeneration(generation), setsOfGeneration(generation))}`;
}
