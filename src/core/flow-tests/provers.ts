import {
  proveAllowedIf,
  proveArrives,
  proveDenied,
  proveFlow,
  proveFound,
  proveUnseen,
  proveUnseenAnswers,
} from '../packets/traffic/prove-flow.ts';
import type { Provers } from './types.ts';

/** What each kind of expectation asks, and what each part of a flow that must stay reachable does. */
export const PROVERS: Provers = {
  allow: proveFlow,
  deny: proveDenied,
  'allow-if': proveAllowedIf,
  arrives: proveArrives,
  found: proveFound,
  unseen: proveUnseen,
  'unseen answers': proveUnseenAnswers,
};
