import { Flags } from '@oclif/core';
import { listedIn } from './environment-lists.ts';

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
