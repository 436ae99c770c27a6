/** Whether a packet matches. `unknown` when the text of a rule alone does not tell. */
export type Answer = 'yes' | 'no' | 'unknown';

/** `no` when one is no; `yes` when all are. */
export function both(one: Answer, other: Answer): Answer {
  if (one === 'no' || other === 'no') return 'no';
  return one === 'yes' && other === 'yes' ? 'yes' : 'unknown';
}

/** `yes` when one is yes; `no` when all are. */
export function either(one: Answer, other: Answer): Answer {
  return not(both(not(one), not(other)));
}

export function not(answer: Answer): Answer {
  if (answer === 'unknown') return 'unknown';
  return answer === 'yes' ? 'no' : 'yes';
}

export function answer(is: boolean): Answer {
  return is ? 'yes' : 'no';
}
