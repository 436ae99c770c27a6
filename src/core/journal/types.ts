import type { ToEnd } from '../connections/ended.ts';
import type { NamespaceIdentity } from '../identity/types.ts';
import type { StoredSetStep, StoredStep, StoredTables } from '../plan/stored-step.ts';
import type { StepFacts } from '../plan/types.ts';
import type { SetStep } from '../sets/ipset/types.ts';

/** What an apply changes, with all that going back needs. Of a table that is not what it does, since going back is planned anew from its tables. */
export type JournalStep = StepFacts | SetStep;

type StoredJournalStep = StoredTables & { readonly step: StoredStep };

export type JournalEntry =
  | {
      readonly kind: 'begin';
      readonly version: 1;
      readonly id: string;
      /** UTC, ISO 8601. */
      readonly at: string;
      readonly pid: number;
      /** Id of the boot: after another boot the kernel's rules are gone, whatever was pending. */
      readonly boot: string;
      /** The machine, as /etc/machine-id names it. Missing where that does not, and in older journals. */
      readonly machine?: string;
      /** `device:inode` of /run/netns, where the names were looked up. */
      readonly folder?: string;
      readonly operator: string;
      /** Which namespaces it is about: the way back writes to these and to no others. Missing in older journals. */
      readonly namespaces?: readonly NamespaceIdentity[];
      readonly steps: readonly StoredJournalStep[];
      /** Changes of sets: each holds its way back. */
      readonly sets?: readonly StoredSetStep[];
    }
  /** Running connections that the rules refuse: they are ended when the apply is confirmed, and never when it goes back. */
  | { readonly kind: 'connections'; readonly toEnd: readonly ToEnd[] }
  /** Everything is applied and verified; it stays only if it is confirmed in time. */
  | {
      readonly kind: 'pending';
      /** When the time is over by the wall clock (UTC, ISO 8601): what is shown. */
      readonly deadline: string;
      /** When it is over, and when it began, in seconds since the boot: what decides. Older journals have neither. */
      readonly due?: number;
      readonly since?: number;
    }
  /** The way back of an apply that waited has begun. Older versions of fw take a line that they do not know for an apply that died, and bring it back as well. */
  | { readonly kind: 'way-back'; readonly at: string; readonly why: WhyBack }
  | {
      readonly kind: 'end';
      readonly at: string;
      readonly outcome: Outcome;
      /** Why it went back. Missing where it did not, and in older journals. */
      readonly why?: WhyBack;
      /** What failed, in a line or some, for people. */
      readonly said?: string;
    };

/**
 * Why an apply went back: something failed or a check did; a signal or its own death stopped it; it was not confirmed in time, a user
 * rejected it, or the machine was booted anew before it was confirmed.
 */
export type WhyBack = 'failed' | 'check failed' | 'interrupted' | 'died' | 'not confirmed' | 'rejected' | 'booted';

/**
 * `forgotten`: a human closed it without anything being written, since what it was about is gone.
 * `broken`: something could not be brought back. It stays unfinished in the eyes of the next run, so that it tries again. */
export type Outcome = 'applied' | 'confirmed' | 'rolled-back' | 'forgotten' | 'broken';
