import { Flags } from '@oclif/core';

/** Namespaces whose live rules are read. */
export const namespaceFlag = Flags.string({
  summary: 'host, a name, or a glob; may be given more than once.',
  env: 'FW_NAMESPACE',
  multiple: true,
  multipleNonGreedy: true,
  default: ['host'],
  helpValue: 'NAME',
});
