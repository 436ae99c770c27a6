import type { Offer, ValueSource } from './types.ts';

const BY_FLAG: Readonly<Record<string, readonly ValueSource[]>> = {
  namespace: ['namespaces'],
  target: ['namespaces'],
  destroy: ['namespaces'],
  exclude: ['namespaces'],
  since: ['generations'],
  kind: ['kinds'],
  with: ['pipelines'],
  'state-name': ['states'],
};

/** What flags call their value in their help. */
const BY_NAME: Readonly<Record<string, readonly ValueSource[]>> = {
  FILE: ['files'],
  PATH: ['files'],
  DIR: ['folders'],
};

const BY_ARGUMENT: Readonly<Record<string, Offer>> = {
  before: { words: ['last', 'previous'], sources: ['generations', 'files'] },
  after: { words: ['last', 'previous', 'live'], sources: ['generations', 'files'] },
  chain: { words: [], sources: ['chains'] },
  folder: { words: [], sources: ['folders'] },
  generation: { words: [], sources: ['generations'] },
  id: { words: [], sources: ['applies'] },
  namespace: { words: [], sources: ['namespaces'] },
  old: { words: [], sources: ['states'] },
  name: { words: [], sources: ['states'] },
  path: { words: [], sources: ['files'] },
  plan: { words: [], sources: ['files'] },
  what: { words: ['last', 'previous', 'live'], sources: ['generations', 'files'] },
};

/** What may follow a flag that takes a value. `valueName` is what its help calls the value. */
export function offerOfFlag(name: string, options: readonly string[], valueName: string | undefined): Offer {
  if (options.length > 0) return { words: options, sources: [] };
  return { words: [], sources: BY_FLAG[name] ?? BY_NAME[valueName ?? ''] ?? [] };
}

/** What may stand in the place of an argument. */
export function offerOfArgument(name: string, options: readonly string[]): Offer {
  if (options.length > 0) return { words: options, sources: [] };
  return BY_ARGUMENT[name] ?? { words: [], sources: [] };
}
