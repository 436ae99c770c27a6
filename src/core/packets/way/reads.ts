import type { Condition, FieldName, Question } from '../types/condition.ts';
import { READS } from './rewritings.ts';

/** What a condition reads of what the way may have written over, as bits of READS; `questions` takes those it asks. */
export function readsOf(condition: Condition, questions: Question[]): number {
  switch (condition.kind) {
    case 'masked':
    case 'ranges':
      return fieldBit(condition.field);
    case 'link':
      return condition.link === 'output' ? READS.output : 0;
    case 'not':
      return readsOf(condition.of, questions);
    case 'all':
    case 'any':
      return condition.of.reduce((bits, one) => bits | readsOf(one, questions), 0);
    case 'question': {
      questions.push(condition);
      const others = condition.readsRewritten === undefined ? 0 : READS.others;
      const translated = condition.translated === undefined ? 0 : READS.translated;
      return condition.reads.reduce((bits, field) => bits | fieldBit(field), others | translated);
    }
    default:
      return 0;
  }
}

function fieldBit(field: FieldName): number {
  return field in READS ? READS[field as keyof typeof READS] : 0;
}
