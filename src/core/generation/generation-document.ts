import type { Generation, NumberedGeneration } from './types.ts';

/** A generation as `fw show N --json` prints it: as it lies in the data folder, with its number. */
export type GenerationDocument = {
  readonly format_version: '1.0';
  readonly kind: 'generation';
  readonly number: number;
} & Generation;

export function generationDocument({ number, generation }: NumberedGeneration): GenerationDocument {
  return { format_version: '1.0', kind: 'generation', number, ...generation };
}
