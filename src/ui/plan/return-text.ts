import { declaresSame, type StateReturn } from '../../core/generation/states/return-of.ts';
import type { KeptState, NumberedGeneration } from '../../core/generation/types.ts';
import { localTime } from '../text/local-time.ts';

type Way = {
  readonly target: NumberedGeneration;
  readonly takesBack?: NumberedGeneration;
  readonly newest: NumberedGeneration;
  readonly states: readonly StateReturn[];
  readonly others: readonly KeptState[];
  /** The newest generation is itself a return, and this one goes on from there. */
  readonly isAgain: boolean;
};

/** Where a return goes, what it takes back and what it leaves alone, in a few lines. */
export function returnText({ target, takesBack, newest, states, others, isAgain }: Way): readonly string[] {
  const back = states.filter(({ then }) => then !== undefined);
  const out = states.filter(({ then }) => then === undefined);
  const words = [
    ...(back.length === 0 ? [] : [`${nounOf(back)} ${namesOf(back)} back to generation ${target.number}`]),
    ...(out.length === 0
      ? []
      : [`${nounOf(out)} ${namesOf(out)} out, which generation ${target.number} does not have`]),
  ];
  const taken = takesBack === undefined ? '' : `Takes back generation ${takesBack.number}${madeBy(takesBack)}: `;
  const left = others.map(({ name }) => name);
  return [
    ...(isAgain && takesBack !== undefined && takesBack.number < newest.number
      ? [
          `Generation ${newest.number} is a return to generation ${takesBack.number}: this goes to the one before that, generation ${target.number}.`,
        ]
      : []),
    `${taken}${words.join('; ')}.`,
    // An apply that only repaired drift: asked again, the way is the same one.
    ...(takesBack !== undefined && states.every(declaresSame)
      ? [
          `Both declare the same, so this goes no further back than a repair. To take back an earlier apply name a generation before it: fw history lists them.`,
        ]
      : []),
    ...(left.length === 0 ? [] : [`Left as ${left.length === 1 ? 'it is' : 'they are'}: ${left.join(', ')}.`]),
  ];
}

function madeBy({ generation: { operator, at } }: NumberedGeneration): string {
  return ` (${operator}, ${localTime(at)})`;
}

function nounOf(states: readonly unknown[]): string {
  return states.length === 1 ? 'state' : 'states';
}

function namesOf(states: readonly StateReturn[]): string {
  return states.map(({ now, then }) => (now ?? then)?.name ?? '').join(', ');
}
