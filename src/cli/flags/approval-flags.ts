import { Flags } from '@oclif/core';
import { checkNotExpired, loadSignedPlan } from '../../app/plan/load-plan-file.ts';
import type { Approved } from '../../core/approval/find-unapproved.ts';
import { type ClassLimit, LIMIT_NAMES } from '../../core/approval/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
import { parseFlow } from '../../core/packets/flow/parse-flow.ts';
import type { FlowPattern } from '../../core/packets/types/flow-pattern.ts';
import type { Ports } from '../../ports/ports.ts';

export const requireSignatureFlag = Flags.string({
  summary: 'Believe a saved plan only if it is signed by somebody whom this allowed-signers file names for fw-plan.',
  env: 'FW_REQUIRE_SIGNATURE',
  helpValue: 'ALLOWED_SIGNERS',
});

/** Flags that say yes in place of a person, to all or to some. Guards stop whatever they say. */
export const approvalFlags = {
  'auto-approve': Flags.boolean({ summary: 'Do not ask. Guards still stop.', env: 'FW_AUTO_APPROVE' }),
  'approve-up-to': Flags.option({
    summary:
      'Do not ask for a plan that is proved to have no effect on packets, or to close only; for any other ask, or exit 6. See docs/plans.md.',
    description: 'closes can cut a service off. additive and safe are older names, and approve what has no effect.',
    env: 'FW_APPROVE_UP_TO',
    options: LIMIT_NAMES,
  })(),
  'approve-opening': Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'Do not ask either for openings that are proved to be inside this flow, such as "tcp 203.0.113.0/24 -> port 443".',
    description: 'May be given more than once. FW_APPROVE_OPENING holds one on each line.',
    env: 'FW_APPROVE_OPENING',
    helpValue: 'FLOW',
  }),
  approved: Flags.string({
    multiple: true,
    multipleNonGreedy: true,
    summary:
      'Apply only what was reviewed: a saved plan, or the approval that fw show prints for it. Exit 6 for anything else.',
    description: 'May be given more than once. FW_APPROVED holds one on each line.',
    env: 'FW_APPROVED',
    helpValue: 'FILE|APPROVAL',
  }),
};

export type ApprovalFlags = {
  readonly 'auto-approve': boolean;
  readonly 'approve-up-to': (typeof LIMIT_NAMES)[number] | undefined;
  readonly 'approve-opening': readonly string[] | undefined;
  readonly approved: readonly string[] | undefined;
};

/** How an apply is approved without a question; with none of them the user is asked. */
export type Given =
  | { readonly kind: 'all' }
  | { readonly kind: 'up-to'; readonly limit: ClassLimit; readonly openings: readonly FlowPattern[] }
  | { readonly kind: 'reviewed'; readonly approved: Approved }
  | { readonly kind: 'ask' };

/** Throws `usage` where a signature is required and nothing is given that could be signed. */
export function refuseUnsigned(flags: ApprovalFlags & { readonly 'require-signature': string | undefined }): void {
  if (flags['require-signature'] === undefined) return;
  const { approved = [] } = flags;
  if (approved.length > 0 && approved.every((one) => !NAME.test(one))) return;
  throw new FwError('usage', '--require-signature is about a saved plan, and none is given', {
    next: 'Give the signed plan: fw apply FILE, or --approved FILE.',
  });
}

function readFlow(text: string): FlowPattern {
  const read = parseFlow(text);
  if ('flow' in read) return read.flow;
  const lines = read.problems.map(({ start, message, hint }) => `column ${start + 1}: ${message}. ${hint}`);
  throw new FwError('usage', '--approve-opening is no flow', { output: [text, ...lines].join('\n') });
}

const NAME = /^sha256:[0-9a-f]{64}$/;

/** Reads what the flags approve. Throws `usage` where they contradict each other, and what reading a plan throws. */
export async function givenApproval(
  ports: Ports,
  flags: ApprovalFlags,
  options: { readonly isSaved: boolean; readonly allowedSigners: string | undefined },
): Promise<Given> {
  const { 'auto-approve': all, 'approve-up-to': limit, 'approve-opening': flows = [], approved = [] } = flags;
  const isLimited = limit !== undefined || flows.length > 0;
  const given = [all, isLimited, approved.length > 0].filter(Boolean).length;
  if (given > 1) throw new FwError('usage', 'give one of --auto-approve, --approve-up-to and --approved');
  if (limit === 'any') return { kind: 'all' };
  if (isLimited) {
    return { kind: 'up-to', limit: limit === 'closes' ? 'closes' : 'no-effect', openings: flows.map(readFlow) };
  }
  if (approved.length === 0) return { kind: all || options.isSaved ? 'all' : 'ask' };
  const plans = [];
  const cut = approved.find((one) => one.startsWith('sha256:') && !NAME.test(one));
  if (cut !== undefined) {
    throw new FwError('usage', `--approved ${cut} is no approval: sha256: and 64 hexadecimal digits`);
  }
  for (const path of approved.filter((one) => !NAME.test(one))) {
    const { file } = await loadSignedPlan(ports, path, options.allowedSigners);
    checkNotExpired(ports, path, file);
    plans.push(file);
  }
  return { kind: 'reviewed', approved: { plans, names: new Set(approved.filter((one) => NAME.test(one))) } };
}
