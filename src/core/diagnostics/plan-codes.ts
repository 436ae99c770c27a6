import type { RunCode } from './exit-numbers.ts';
import { EXIT } from './exit-numbers.ts';

/** What ends a run before there is something to apply. */
export const PLAN_CODES = {
  'state.invalid': {
    title: 'The state has errors; each is shown with its place',
    exit: EXIT.error,
    next: 'Correct the state files and run again.',
  },
  'state.missing': {
    title: 'There is no state at that path',
    exit: EXIT.error,
    next: 'Name the state with --state PATH, or begin one: fw import writes the rules that are there, fw init a starter.',
  },
  'state.empty': {
    title: 'The state declares nothing at all',
    exit: EXIT.error,
    next: 'Add a state document, or pass --allow-empty if nothing at all is meant.',
  },
  'state.unknown': {
    title: 'The data folder knows no state of that name',
    exit: EXIT.error,
    next: 'See fw state list.',
  },
  'state.name-taken': {
    title: 'Another state of the data folder has that name',
    exit: EXIT.error,
    next: 'Choose another name; fw state list shows those in use.',
  },
  'state.untrusted': {
    title: 'Others than root may write the state, or a folder above it',
    exit: EXIT.error,
    next: 'Let nobody but root and the user behind sudo write the state and the folders above it, or pass --allow-untrusted-state.',
  },
  'env.missing-binary': {
    title: 'A program that fw needs is not installed',
    exit: EXIT.error,
    next: 'Install the named program (Debian: apt-get install iptables iproute2).',
  },
  'env.permission': {
    title: 'The run lacks the rights that it needs',
    exit: EXIT.permission,
    next: 'Run as root with the capabilities CAP_NET_ADMIN and CAP_SYS_ADMIN; a container must be given both.',
  },
  'env.data-folder': {
    title: 'The data folder cannot be used, or others may write to it',
    exit: EXIT.error,
    next: 'Give fw a data folder of its own with --data-dir: owned by the user who runs it, mode 0700.',
  },
  'env.output': {
    title: 'What fw prints cannot be written',
    exit: EXIT.error,
    next: 'Make room where the output goes, then run again.',
  },
  'env.no-scratch': {
    title: 'No scratch namespace can be made',
    exit: EXIT.error,
    next: 'Run as root, or allow users to make user namespaces.',
  },
  'env.same-namespace': {
    title: 'Two names stand for one network namespace',
    exit: EXIT.error,
    next: 'Name it once: leave one of the two names out of the state (a glob stands for every name that it matches), or of /run/netns.',
  },
  'env.no-namespace': {
    title: 'A namespace that is named does not exist',
    exit: EXIT.error,
    next: 'Create the namespace first (ip netns add NAME), or correct its name in the state.',
  },
  'live.unreadable': {
    title: 'The live rules cannot be read',
    exit: EXIT.error,
    next: 'Run the named command by hand to see why it fails.',
  },
  'live.mixed-backends': {
    title: 'Both backends hold rules of the namespace, so fw cannot tell which one to manage',
    exit: EXIT.error,
    next: 'Move all rules of the namespace to one backend, or name the one that fw manages with `backend:`.',
  },
  'live.untruthful': {
    title: 'iptables-save does not show all rules of a table',
    exit: EXIT.guard,
    next: 'Move the native nft rules to a table of their own, outside those that iptables uses.',
  },
  'kernel.rejected': {
    title: 'The kernel or iptables refuses a rule or a set',
    exit: EXIT.error,
    next: 'Correct the rule and run again.',
  },
  'kernel.timeout': {
    title: 'A program did not end in its time',
    exit: EXIT.error,
    next: 'See what holds the xtables lock or the named program, or give programs more time with --timeout, then run again.',
  },
  'plan.unreadable': {
    title: 'The file is no plan, or one that was altered or cut',
    exit: EXIT.error,
    next: 'Make the plan again with fw plan --out.',
  },
  'plan.unwritable': {
    title: 'A file that was asked for cannot be written',
    exit: EXIT.error,
    next: 'Name a file in a folder that you may write to.',
  },
  'plan.stale': {
    title: 'The plan no longer fits what is live, or is out of date',
    exit: EXIT.stale,
    next: 'Run the plan again.',
  },
  'signature.missing': {
    title: 'The saved plan is not signed',
    exit: EXIT.unapproved,
    next: 'Sign the plan: ssh-keygen -Y sign -n fw-plan -f KEY FILE.',
  },
  'signature.invalid': {
    title: 'The signature is not one of this file',
    exit: EXIT.unapproved,
    next: 'Get the file from whoever signed it, or have it reviewed and signed again.',
  },
  'signature.unknown': {
    title: 'The signer is not among those that are allowed',
    exit: EXIT.unapproved,
    next: 'Have the plan signed by somebody whom the allowed-signers file names for fw-plan, or add them to it.',
  },
  'signature.expired': {
    title: 'The key of the signer is not valid at this time',
    exit: EXIT.unapproved,
    next: 'Have the plan signed with a key that is valid today.',
  },
  'signature.unchecked': {
    title: 'The signature cannot be checked',
    exit: EXIT.error,
    next: 'See why ssh-keygen cannot check it (Debian: apt-get install openssh-client).',
  },
  'signature.unmade': {
    title: 'The signature cannot be made',
    exit: EXIT.error,
    next: 'See why ssh-keygen -Y sign does not sign with this key.',
  },
} as const satisfies Readonly<Record<string, RunCode>>;
