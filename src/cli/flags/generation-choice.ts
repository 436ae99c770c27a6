import type { GenerationChoice } from '../../app/generations/pick-generation.ts';
import { FwError } from '../../core/diagnostics/errors.ts';

/** The generation that an argument names: a number, `last` or `previous`. Throws `usage` for anything else. */
export function generationChoice(text: string): GenerationChoice {
  if (text === 'last' || text === 'previous') return text;
  if (/^[0-9]{1,9}$/.test(text)) return Number(text);
  throw new FwError('usage', `"${text}" is no generation: give a number, last or previous`, {
    next: 'See fw history.',
  });
}
