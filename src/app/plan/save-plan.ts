import { placeDiagnostics } from '../../core/plan/view/placed.ts';
import { planContent } from '../../core/plan-file/plan-content.ts';
import type { PlanFile } from '../../core/plan-file/types.ts';
import { seal } from '../../core/seal/seal.ts';
import type { Ports } from '../../ports/ports.ts';
import { seeNamespaces } from '../query/see-namespaces.ts';
import type { MadePlan } from './make-plan.ts';

type PlanTextOptions = {
  readonly fwVersion: string;
  readonly maxAgeSeconds: number;
  readonly host: string;
  readonly operator: string;
  readonly state: string;
};

type SavePlanOptions = PlanTextOptions & {
  readonly path: string;
  /** Key that signs the file. */
  readonly sign: string | undefined;
};

/** The text of a plan file, which is self-contained: what changes, from what, the exact restore text, and what the state declares. */
export async function planText(ports: Ports, made: MadePlan, options: PlanTextOptions): Promise<string> {
  const { fwVersion, host, operator, state } = options;
  const now = ports.clock.now();
  const named = made.plan.namespaces.map(({ namespace }) => namespace);
  const made_in = made.anew === undefined ? undefined : await seeNamespaces(ports, named);
  const content = planContent(
    { ...made, namespaces: made.namespaces(), made_in },
    {
      fw_version: fwVersion,
      created: now.toISOString(),
      expires: new Date(now.getTime() + options.maxAgeSeconds * 1000).toISOString(),
      host,
      operator,
      state,
      ...identityOf(made),
      commit: (await ports.git.commitOf(state)) ?? null,
    },
  );
  const warnings = placeDiagnostics(made.warnings, made.sources);
  return seal(warnings.length === 0 ? content : { ...content, warnings });
}

/** Writes a plan to a file, signed where a key is given. */
export async function savePlan(ports: Ports, made: MadePlan, options: SavePlanOptions): Promise<void> {
  const text = await planText(ports, made, options);
  const { path, sign } = options;
  // Signed before anything is written: a key that does not sign leaves no plan behind that looks as if it were signed.
  const signature = sign === undefined ? undefined : await ports.signatures.sign(new TextEncoder().encode(text), sign);
  await ports.planFiles.write(path, text);
  if (signature !== undefined) await ports.signatures.write(path, signature);
}

function identityOf(made: MadePlan): Pick<PlanFile, 'state_name' | 'state_path'> {
  const [planned] = made.about().made;
  return planned === undefined ? {} : { state_name: planned.state.name, state_path: planned.state.path };
}
