import { Flags } from '@oclif/core';
import { checkNotExpired, loadSignedPlan } from '../../app/plan/load-plan-file.ts';
import type { Approved } from '../../core/approval/find-unapproved.ts';
import { type ChangeClass, CLASSES } from '../../core/approval/types.ts';
import { FwError } from '../../core/diagnostics/errors.ts';
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
      'Do not ask for a plan of this class or a smaller one; for a larger one ask, or exit 6. See docs/plans.md.',
    env: 'FW_APPROVE_UP_TO',
    options: CLASSES,
  })(),
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
  readonly 'approve-up-to': ChangeClass | undefined;
  readonly approved: readonly string[] | undefined;
};

/** How an apply is approved without a question; with none of them the user is asked. */
export type Given =
  | { readonly kind: 'all' }
  | { readonly kind: 'up-to'; readonly limit: ChangeClass }
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

const NAME = /^sha256:[0-9a-f]{64}$/;

/** Reads what the flags approve. Throws `usage` where they contradict each other, and what reading a plan throws. */
export async function givenApproval(
  ports: Ports,
  flags: ApprovalFlags,
  options: { readonly isSaved: boolean; readonly allowedSigners: string | undefined },
): Promise<Given> {
  const { 'auto-approve': all, 'approve-up-to': limit, approved = [] } = flags;
  const given = [all, limit !== undefined, approved.length > 0].filter(Boolean).length;
  if (given > 1) throw new FwError('usage', 'give one of --auto-approve, --approve-up-to and --approved');
  if (limit !== undefined) return limit === 'any' ? { kind: 'all' } : { kind: 'up-to', limit };
  if (approved.length === 0) return { kind: all || options.isSaved ? 'all' : 'ask' };
  const plans = [];
  for (const path of approved.filter((one) => !NAME.test(one))) {
    const { file } = await loadSignedPlan(ports, path, options.allowedSigners);
    checkNotExpired(ports, path, file);
    plans.push(file);
  }
  return { kind: 'reviewed', approved: { plans, names: new Set(approved.filter((one) => NAME.test(one))) } };
}
