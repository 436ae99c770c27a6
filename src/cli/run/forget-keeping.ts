import { forgetRecord } from '../../app/state-names/forget-state.ts';
import { EXIT, FwError } from '../../core/diagnostics/errors.ts';
import type { KeptState } from '../../core/generation/types.ts';
import { namespaceLabel } from '../../core/rules/namespace-label.ts';
import { jsonText } from '../../core/text/json-text.ts';
import { cannotAnswer } from '../../ui/screen/cannot-answer.ts';
import { cleanText } from '../../ui/text/clean-text.ts';
import { quantity } from '../../ui/text/quantity.ts';
import { wire } from '../../wire/wire.ts';
import type { ApprovalFlags } from '../flags/approval-flags.ts';
import { recordOptions } from '../flags/state-record-options.ts';
import { withScreen } from './with-screen.ts';

type Flags = ApprovalFlags &
  Parameters<typeof withScreen>[0] & {
    readonly 'data-dir': string;
    readonly 'lock-timeout': number | undefined;
    readonly keep: number;
    readonly confirm: number | undefined;
    readonly connections: string | undefined;
  };

/** `fw state forget NAME --keep-rules`: the record goes, the rules stay live. `where` is what a printed command needs behind it, see `inFolder`. */
export async function forgetKeeping(name: string, flags: Flags, where: string): Promise<number> {
  checkFlags(flags);
  return withScreen(flags, async (run) => {
    const { screen, facts } = run;
    const ports = wire({ dataDir: flags['data-dir'], report: screen.report, keep: flags.keep });
    const options = recordOptions(flags, run, { label: `state forget ${name} --keep-rules`, where });
    const generation = await forgetRecord(ports, name, options, async (state) => {
      if (!flags.json) screen.printLines(warningOf(state));
      if (flags['auto-approve']) return;
      if (!facts.interactive) throw cannotAnswer(facts.notAsked, 'forgetting a state');
      const answer = await screen.ask(['Forget it and leave its rules live? Only "yes" is accepted.'], 'yes');
      if (answer === 'interrupted') throw new FwError('run.interrupted', 'interrupted at the question');
      if (answer !== 'yes') throw new FwError('apply.unapproved', 'forgetting the state was not approved');
    });
    if (flags.json) {
      process.stdout.write(
        `${jsonText({ type: 'result', exit_code: 0, forgotten: name, rules: 'kept', generation })}\n`,
      );
    } else {
      screen.printLines([
        `The state ${cleanText(name, true)} is forgotten, by generation ${generation}. Its rules stay live.`,
      ]);
    }
    return EXIT.ok;
  });
}

/** No rule changes, so there is no plan of which a class or a review could be the yes, and nothing goes back by itself. */
function checkFlags({
  confirm,
  connections,
  approved = [],
  'approve-up-to': limit,
  'approve-opening': openings = [],
}: Flags): void {
  if (
    confirm === undefined &&
    connections === undefined &&
    approved.length + openings.length === 0 &&
    limit === undefined
  )
    return;
  throw new FwError(
    'usage',
    '--keep-rules changes no rule: --confirm, --connections, --approved, --approve-up-to and --approve-opening are about changes',
    {
      next: 'Say yes at the question, or pass --auto-approve.',
    },
  );
}

function warningOf({ name, path, namespaces }: KeptState): readonly string[] {
  const where = namespaces.map(({ namespace, claims, sets }) => {
    const chains = claims.flatMap((claim) => claim.chains);
    const rules = chains.reduce((sum, chain) => sum + chain.rules.length, 0);
    const counts = [
      quantity(rules, 'rule'),
      quantity(chains.length, 'chain'),
      ...(sets.length === 0 ? [] : [quantity(sets.length, 'set')]),
    ];
    return `  ${namespaceLabel(namespace)}: ${counts.join(', ')}`;
  });
  return [
    `The state ${name === path ? `at ${path}` : `${name} (${path})`} leaves the record. What it declares stays live, and nothing declares it then:`,
    ...where,
    'Drift does not watch it, a boot does not load it, and blame does not know it. An apply of a state with the same owner or exclusive table takes it out.',
  ].map((line) => cleanText(line, true));
}
