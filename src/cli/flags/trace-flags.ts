import { Flags } from '@oclif/core';
import { FwError } from '../../core/diagnostics/errors.ts';
import type { PacketWords } from '../../core/packets/trace/read-traced-packet.ts';
import { CT_STATES } from '../../core/packets/types/condition.ts';
import { backendFlag } from './namespace-flag.ts';
import { stateNameFlag } from './state-name-flag.ts';
import { valueFlags } from './value-flags.ts';

const STATES = CT_STATES.map((state) => state.toLowerCase());

/** Flags of fw trace: what the packet is besides its two ends, and which rules it meets. */
export const traceFlags = {
  in: Flags.string({
    summary: 'Interface by which the packet comes in; without it this host sends the packet.',
    env: 'FW_IN',
    helpValue: 'INTERFACE',
  }),
  out: Flags.string({
    summary: 'Interface by which it goes out; without it the routes of the namespace are asked.',
    env: 'FW_OUT',
    helpValue: 'INTERFACE',
  }),
  ctstate: Flags.option({
    summary: 'What conntrack takes it for; without it what it takes a first packet for.',
    env: 'FW_CTSTATE',
    options: STATES,
  })(),
  flags: Flags.string({ summary: 'Flags of tcp. Default: SYN.', env: 'FW_FLAGS', helpValue: 'FLAG[,FLAG]' }),
  icmp: Flags.string({ summary: 'Type of icmp. Default: echo-request.', env: 'FW_ICMP', helpValue: 'TYPE[/CODE]' }),
  mark: Flags.string({ summary: 'Mark that it has from the start. Default: 0.', env: 'FW_MARK', helpValue: 'MARK' }),
  mac: Flags.string({ summary: 'MAC address of its sender.', env: 'FW_MAC', helpValue: 'ADDRESS' }),
  namespace: Flags.string({
    summary: 'Namespace whose rules it meets.',
    env: 'FW_NAMESPACE',
    default: 'host',
    helpValue: 'NAME',
  }),
  backend: backendFlag,
  desired: Flags.boolean({ summary: 'By the rules that the state would make of the live ones.', env: 'FW_DESIRED' }),
  kernel: Flags.boolean({
    summary:
      'Send the packet through a copy of the rules too, and exit 1 where nft traces it on another way; needs perl.',
    env: 'FW_KERNEL',
  }),
  'state-name': stateNameFlag,
  ...valueFlags,
};

type Ends = { readonly protocol: string; readonly source: string; readonly destination: string };
type Given = {
  readonly in?: string | undefined;
  readonly out?: string | undefined;
  readonly ctstate?: string | undefined;
} & Pick<PacketWords, 'flags' | 'icmp' | 'mark' | 'mac'>;

export function wordsOf(
  ends: Ends,
  { in: input, out: output, ctstate: state, flags, icmp, mark, mac }: Given,
): PacketWords {
  return { ...ends, input, output, state, flags, icmp, mark, mac };
}

/** Of live rules a state says nothing, and who writes `--state established` means something else. */
export function refuseForLive(desired: boolean, typed: ReadonlySet<string>): void {
  if (desired) return;
  const found = ['state', 'state-name', 'var', 'var-file'].filter((name) => typed.has(name)).map((name) => `--${name}`);
  if (found.length === 0) return;
  throw new FwError(
    'usage',
    `${found.join(' and ')} ${found.length === 1 ? 'names' : 'name'} a state, and the live rules are asked`,
    {
      next: 'Add --desired to ask the rules of the state. What conntrack takes the packet for is --ctstate.',
    },
  );
}
