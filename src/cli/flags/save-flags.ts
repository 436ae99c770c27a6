import { Flags } from '@oclif/core';
import type { MadePlan } from '../../app/plan/make-plan.ts';
import { savePlan } from '../../app/plan/save-plan.ts';
import { shellWord } from '../../core/text/shell-word.ts';
import type { Ports } from '../../ports/ports.ts';
import { inFolder } from '../../ui/text/in-folder.ts';
import { wireHost, wireOperator } from '../../wire/wire.ts';
import { ageFlag } from './duration.ts';

const DAY = 86_400;

/** Flags of a plan that is kept in a file. */
export const saveFlags = {
  out: Flags.string({
    char: 'o',
    summary: 'Write the plan to a file, for fw show and fw apply FILE.',
    env: 'FW_OUT',
    helpValue: 'FILE',
  }),
  'max-age': ageFlag({
    summary: 'How long the file may be applied; a day without it.',
    env: 'FW_MAX_AGE',
    helpValue: 'DURATION',
  }),
  sign: Flags.string({
    summary: 'Sign the file of --out by ssh-keygen with this key; the signature is FILE.sig.',
    description: 'A private key without a passphrase, or a public key whose private half is in an SSH agent.',
    env: 'FW_SIGN',
    helpValue: 'KEY',
  }),
};

/** Writes the plan where --out says; resolves to the line to show for it. */
export async function saveTo(
  ports: Ports,
  made: MadePlan,
  flags: {
    readonly out: string | undefined;
    readonly sign: string | undefined;
    readonly 'max-age': number | undefined;
    readonly state: string;
    readonly 'data-dir': string;
  },
  fwVersion: string,
): Promise<readonly string[]> {
  const path = flags.out;
  if (path === undefined) return [];
  await savePlan(ports, made, {
    path,
    fwVersion,
    maxAgeSeconds: flags['max-age'] ?? DAY,
    host: wireHost(),
    operator: wireOperator(),
    state: flags.state,
    sign: flags.sign,
  });
  return [
    `Saved to ${path}${flags.sign === undefined ? '' : `, signed in ${path}.sig`}.  Apply exactly this:  fw apply ${shellWord(path)}${inFolder(ports.fullPath(flags['data-dir']))}`,
  ];
}
