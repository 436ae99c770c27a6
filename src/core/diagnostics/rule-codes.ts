import type { ProblemCode } from './problem-code.ts';

/** What may be wrong with chains and rules of the state, and what they do not do although they say so. */
export const RULE_CODES = {
  'state.policy': {
    title: 'A policy that its chain cannot have',
    severity: 'error',
    why: 'Only built-in chains have one, and it is ACCEPT or DROP.',
  },
  'state.chain-name': {
    title: 'A name that a chain cannot have',
    severity: 'error',
    why: 'The kernel would refuse it, cut it, or take it for something else.',
  },
  'state.chain-case': {
    title: 'A chain has the name of a built-in chain in other letters',
    severity: 'error',
    why: 'It would be a chain of its own that no packet comes to.',
  },
  'state.unused-chain': {
    title: 'Nothing jumps to a chain',
    severity: 'warning',
    why: 'Its rules never see a packet.',
  },
  'state.loop': {
    title: 'Chains jump in a circle',
    severity: 'error',
    why: 'The kernel refuses a circle that a packet can enter.',
  },
  'state.jump': {
    title: 'A jump to a chain that cannot be jumped to',
    severity: 'error',
    why: 'Built-in chains cannot be, nor chains that the other family alone has.',
  },
  'state.unknown-target': {
    title: 'A jump to what is neither a target of iptables nor a chain',
    severity: 'error',
    why: 'The kernel would refuse the rule.',
  },
  'state.foreign-jump': {
    title: 'A jump to a chain that the state does not declare',
    severity: 'warning',
    why: 'Another program must have made it by the time of the apply.',
  },
  'state.foreign': {
    title: 'A chain of another program is not there, or is none',
    severity: 'either',
    why: 'Nothing would lead to the rules that are declared for it.',
  },
  'state.rule': {
    title: 'A rule that would not do what it says',
    severity: 'error',
    why: 'It has an option that is none of a rule, a second target, or a list that cannot be one.',
  },
  'state.duplicate-id': { title: 'Two rules of a chain have one id', severity: 'error', why: 'An id names one rule.' },
  'state.comment': {
    title: 'A comment that the kernel would not keep',
    severity: 'error',
    why: 'It is empty, or longer than the kernel takes.',
  },
  'state.family': {
    title: 'A rule or a family that no packet belongs to',
    severity: 'error',
    why: 'Its words are of both families, or contradict the `family` that is given.',
  },
  'state.one-family': {
    title: 'One word makes a rule one of a single family',
    severity: 'warning',
    why: 'The other family gets no such rule, which leaves it open or shut.',
  },
  'state.interface': {
    title: 'A rule asks for an interface that packets of its chain do not have',
    severity: 'error',
    why: 'iptables refuses `-i` in OUTPUT and `-o` in INPUT.',
  },
  'state.never-matches': {
    title: 'A match that never holds, or always',
    severity: 'warning',
    why: 'No packet that comes by has such an interface.',
  },
  'state.unreachable-rule': {
    title: 'A rule behind one that takes every packet',
    severity: 'warning',
    why: 'It never sees a packet.',
  },
  'state.duplicate-rule': {
    title: 'A rule stands twice in its chain',
    severity: 'warning',
    why: 'The second one never matches.',
  },
  'state.single-quotes': {
    title: 'Single quotes around a word',
    severity: 'warning',
    why: 'They are part of the text: only double quotes quote in a rule.',
  },
  'state.named-state': {
    title: 'Rules want other settings for state of the kernel that is shared by its name',
    severity: 'warning',
    why: 'The kernel keeps one table of hashlimit, or list of recent, of each name, with the settings of the first rule.',
  },
} as const satisfies Readonly<Record<string, ProblemCode>>;
