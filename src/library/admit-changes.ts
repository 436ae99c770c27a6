import { type ErrorCode, FwError } from '../core/diagnostics/errors.ts';
import { LIMITS } from '../core/limits.ts';

/** What may be wrong with what was asked for, and not with the machine or with another run of fw. */
const OF_WHAT_IS_ASKED: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'state.invalid',
  'state.empty',
  'state.name-taken',
  'env.no-namespace',
  'env.same-namespace',
  'kernel.rejected',
  'live.mixed-backends',
  'live.untruthful',
  'plan.guard',
  'apply.not-owned',
]);

/** A change that somebody asks for, as far as it matters who is at fault. */
export type Asked = { readonly put: ReadonlyMap<string, unknown> };

export type Admitted<R, M> = {
  readonly admitted: readonly R[];
  readonly refused: ReadonlyMap<R, FwError>;
  /** The plan for all that are admitted; undefined where none is. */
  readonly made: M | undefined;
};

/** Another choice of changes may not meet it. */
export function isOfWhatIsAsked({ code, firewall }: Pick<FwError, 'code' | 'firewall'>): boolean {
  return firewall === 'unchanged' && OF_WHAT_IS_ASKED.has(code);
}

/**
 * Which of the changes can be made together, and what is wrong with each of the others. `plan` throws for changes that cannot. Where all can, that is one plan. The places that
 * an error names tell whose documents are at fault, so any number of these costs two or three plans more; where it names none, they are found by halves. What was there before is tried alone first: if that cannot be planned, no change
 * is to blame, and all are told its error.
 */
export async function admit<R extends Asked, M>(
  asked: readonly R[],
  plan: (requests: readonly R[]) => Promise<M>,
): Promise<Admitted<R, M>> {
  let admitted: readonly R[] = [];
  let made: M | undefined;
  let plans = 0;
  let base: FwError | 'good' | undefined;
  const refused = new Map<R, { readonly error: FwError; readonly beside: number }>();
  const refuse = (one: R, error: FwError) => void refused.set(one, { error, beside: admitted.length });

  const take = async (group: readonly R[]): Promise<void> => {
    if (group.length === 0) return;
    const all = [...admitted, ...group];
    plans += 1;
    const error = await plan(all).then((done) => {
      made = done;
      admitted = all;
    }, failureOf);
    if (error === undefined) return;
    const named = group.filter((one) => ownDiagnostics(error, one).length > 0);
    if (group.length === 1 || plans >= LIMITS.batchPlans.most) for (const one of group) refuse(one, error);
    else if (named.length === group.length) for (const one of group) refuse(one, ownError(error, one));
    else if (named.length > 0) {
      await take(group.filter((one) => !named.includes(one)));
      await take(named);
    } else {
      base ??= admitted.length > 0 ? 'good' : await plan([]).then(() => 'good' as const, failureOf);
      if (base !== 'good') {
        for (const one of group) refuse(one, base);
        return;
      }
      const middle = Math.ceil(group.length / 2);
      await take(group.slice(0, middle));
      await take(group.slice(middle));
    }
  };

  await take(asked);
  // One that was tried too early may need what another has asked for.
  for (;;) {
    const early = [...refused].filter(([, { beside }]) => beside < admitted.length).map(([one]) => one);
    if (early.length === 0 || plans >= LIMITS.batchPlans.most) break;
    for (const one of early) refused.delete(one);
    await take(early);
  }
  return { admitted, made, refused: new Map([...refused].map(([one, { error }]) => [one, error])) };
}

function failureOf(error: unknown): FwError {
  if (error instanceof FwError && isOfWhatIsAsked(error)) return error;
  throw error;
}

/** Errors that stand in a document of this change, or in a template that it uses there. */
function ownDiagnostics({ diagnostics }: FwError, { put }: Asked) {
  return diagnostics.filter(({ severity, span }) => {
    if (severity !== 'error' || span === undefined) return false;
    return [span, ...(span.expanded?.calls ?? [])].some(({ file }) => put.has(file));
  });
}

/** What one caller is told of an error that is about the changes of several. */
function ownError(error: FwError, one: Asked): FwError {
  const { firewall, output, sources } = error;
  const diagnostics = ownDiagnostics(error, one);
  const isMissing = diagnostics.every(({ code }) => code === 'env.no-namespace');
  const code = isMissing ? 'env.no-namespace' : error.code;
  const count = diagnostics.length === 1 ? '1 error' : `${diagnostics.length} errors`;
  const words = output === undefined ? {} : { output };
  return new FwError(code, `${count} in the documents of this change`, {
    ...words,
    firewall,
    ...(code === error.code ? { next: error.next } : {}),
    diagnostics,
    sources,
    cause: error,
  });
}
