import { proveAllowedIf, proveDenied, proveFlow } from '../packets/traffic/prove-flow.ts';
import type { Provers } from './types.ts';

/** What each kind of expectation asks. */
export const PROVERS: Provers = { allow: proveFlow, deny: proveDenied, 'allow-if': proveAllowedIf };
