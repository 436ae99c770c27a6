import { Flags } from '@oclif/core';
import { listedIn } from './environment-lists.ts';

/** Which rules of a namespace are meant, where both backends hold some. */
export const backendFlag = Flags.option({
  summary: 'Rules of this backend, where both hold some.',
  env: 'FW_BACKEND',
  options: ['auto', 'nft', 'legacy'] as const,
  default: 'auto',
})();

/** Namespaces whose live rules are read. */
export const namespaceFlag = Flags.string({
  summary: 'host, a name, or a glob; may be given more than once.',
  description: listedIn('FW_NAMESPACE'),
  env: 'FW_NAMESPACE',
  multiple: true,
  multipleNonGreedy: true,
  default: ['host'],
  helpValue: 'NAME',
});
