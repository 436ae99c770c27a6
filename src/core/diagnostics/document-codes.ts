import type { ProblemCode } from './problem-code.ts';

/** What may be wrong with a file of the state as a whole: its form, its values, its templates, where it goes, whose it is. */
export const DOCUMENT_CODES = {
  'rules.syntax': {
    title: 'A line of an iptables-save file is not one that iptables-restore reads as it is meant',
    severity: 'error',
    why: 'iptables-restore would refuse the line, cut it or take it for something else.',
  },
  'rules.repeated-table': {
    title: 'A table stands twice in an iptables-save file',
    severity: 'warning',
    why: 'The second one removes what the first one made.',
  },
  'state.syntax': {
    title: 'The file is not YAML, or YAML reads it in another way than it is meant',
    severity: 'error',
    why: 'Rules with a colon, `!` or `#` need quotes.',
  },
  'state.tag': { title: 'A value has a YAML tag', severity: 'error', why: 'fw reads plain values only.' },
  'state.duplicate-key': {
    title: 'A key stands twice in one mapping',
    severity: 'error',
    why: 'Only one of the two could count.',
  },
  'state.unknown-key': { title: 'A key has no meaning here', severity: 'error', why: 'fw ignores nothing silently.' },
  'state.unknown-table': {
    title: 'There is no such table',
    severity: 'error',
    why: 'The tables are raw, mangle, nat, filter and security.',
  },
  'state.unsupported': {
    title: 'A key that this version does not support',
    severity: 'error',
    why: 'To leave it out would change what the document means.',
  },
  'state.missing-key': { title: 'A key is missing', severity: 'error', why: 'What it stands for has no default.' },
  'state.type': {
    title: 'A value is of the wrong kind, such as a list where a text belongs',
    severity: 'error',
    why: 'schemas/state.schema.json has the form of every key.',
  },
  'state.value': {
    title: 'A value is not one that its key takes',
    severity: 'error',
    why: 'The hint says which values there are.',
  },
  'state.too-large': {
    title: 'The state is larger than fw reads',
    severity: 'error',
    why: 'Lists and templates that repeat each other make much of little; the bounds keep memory and time within reason.',
  },
  'state.control-character': {
    title: 'A text holds a control character',
    severity: 'error',
    why: 'Neither iptables nor a terminal would treat it as text.',
  },
  'state.unknown-value': {
    title: 'A `$name` stands for nothing',
    severity: 'error',
    why: 'Declare it under `values:`, as a parameter, or give it with --var.',
  },
  'state.when': {
    title: 'A `when` is no condition, or asks for what is not there',
    severity: 'error',
    why: 'A condition that cannot be decided would leave rules out silently.',
  },
  'state.template': {
    title: 'A template is wrong, or is used where it cannot be',
    severity: 'error',
    why: 'docs/templates.md describes templates.',
  },
  'state.unknown-template': {
    title: 'There is no such template',
    severity: 'error',
    why: 'Templates lie in the folder `templates` of the state, or come with fw.',
  },
  'state.parameter': {
    title: 'A parameter of a template is missing, unknown or of another type',
    severity: 'error',
    why: 'Each parameter has a type, and those without a default must be given.',
  },
  'state.namespace-name': {
    title: 'A name that no namespace can have',
    severity: 'error',
    why: 'It would be a path, or a glob of a form that fw does not read.',
  },
  'state.version': {
    title: 'The state needs a newer fw',
    severity: 'error',
    why: 'A document says `requires:` with a version above the one that runs; what else an older fw would find may be no mistake.',
  },
  'state.namespace-left-out': {
    title: 'A glob leaves a name under /run/netns out',
    severity: 'warning',
    why: 'The entry is no network namespace, or has a name that fw does not take, or the one that means where fw runs.',
  },
  'state.glob-empty': {
    title: 'A glob matches no namespace',
    severity: 'warning',
    why: 'What the document declares goes nowhere by this glob.',
  },
  'state.script-name': {
    title: 'The name of a `.rules` file does not tell its namespace and family',
    severity: 'error',
    why: 'NAMESPACE/ipv4.rules and NAMESPACE/ipv6.rules do.',
  },
  'state.contradiction': {
    title: 'Two places say different things of one namespace, or of the name of the state',
    severity: 'error',
    why: 'fw does not choose between them; both are shown.',
  },
  'state.ownership': {
    title: 'What is declared does not fit the ownership of its table',
    severity: 'error',
    why: 'A chain that is declared and kept for others, or a key of the other kind of ownership.',
  },
  'state.conflict': {
    title: 'Another state of the data folder declares the same chain, policy or set',
    severity: 'error',
    why: 'Each apply would take back what the other one made.',
  },
  'state.set': {
    title: 'A set, its entries or its file are wrong',
    severity: 'error',
    why: 'ipset would refuse them.',
  },
  'state.flow': {
    title: 'A flow of a test, or one that must stay reachable, is none',
    severity: 'error',
    why: 'docs/tests.md describes flows: `tcp 203.0.113.0/24 -> any port 22`.',
  },
  'state.test': {
    title: 'A test says nothing, or contradicts itself',
    severity: 'error',
    why: 'docs/tests.md describes tests.',
  },
  'state.test-fails': {
    title: 'A test of the state does not hold by the rules that it asks for, or cannot be judged',
    severity: 'either',
    why: '`fw test` shows the packets. An apply is stopped by FWG08.',
  },
  'state.check': {
    title: 'A check is wrong, or takes too long',
    severity: 'error',
    why: 'docs/checks.md describes checks.',
  },
} as const satisfies Readonly<Record<string, ProblemCode>>;
