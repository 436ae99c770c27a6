import type { NumberedGeneration } from '../../core/generation/types.ts';
import { heldByGeneration } from '../../core/held/of-generation.ts';
import { setsOfGeneration } from '../../core/held/sets-of-generation.ts';
import { cleanText } from '../clean-text.ts';
import { printHeldText } from './held-text.ts';

/** A generation for people: which one it is, and what it declares. */
export function printGenerationText({ number, generation }: NumberedGeneration): string {
  const { at, operator, state } = generation;
  const title = cleanText(`Generation ${number}, applied ${at} by ${operator} from ${state}.`, true);
  return `${title}\n\n${printHeldText(heldByGeneration(generation), setsOfGeneration(generation))}`;
}
