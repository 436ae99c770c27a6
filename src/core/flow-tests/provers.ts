import type { FlowProof } from '../packets/types/traffic.ts';
import type { Provers } from './types.ts';

const none = (): FlowProof => ({ kind: 'not-judged', because: 'this build of fw has no prover' });
export const PROVERS: Provers = { allow: none, deny: none, 'allow-if': none };
