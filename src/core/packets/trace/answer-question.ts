import { OVER_ETHERNET } from '../rule/read-match.ts';
import type { Question } from '../types/condition.ts';
import { meetsCondition } from './meets-condition.ts';
import { type MovingPacket, startPacket } from './moving-packet.ts';
import type { TraceOptions } from './types.ts';

/** A question about a packet that was rewritten since is another question. */
export function identify({ key, reads, readsRewritten = [] }: Question, packet: MovingPacket): string {
  const values = reads.map((field) => {
    if (field !== 'mark' && field !== 'connectionMark') return packet.fields[field].join('-');
    return `${packet[field].value}/${packet[field].known}`;
  });
  return [key, ...values, ...readsRewritten.map((what) => packet.rewritten.get(what) ?? '')].join('|');
}

/** What is known: by the packet itself, by somebody outside of the rules, by the branch that is followed. */
export function answerOf(
  question: Question,
  packet: MovingPacket,
  { answer }: TraceOptions,
  answers: ReadonlyMap<string, boolean>,
): boolean | undefined {
  return ownAnswer(question, packet) ?? answer?.(question) ?? answers.get(identify(question, packet));
}

/** Of the first packet of a connection everything is known that conntrack has written down. */
function ownAnswer(question: Question, packet: MovingPacket): boolean | undefined {
  if (question === OVER_ETHERNET) return packet.original.mac === undefined ? undefined : true;
  const { first, translated } = question;
  if (packet.original.state !== 'NEW') return undefined;
  if (translated !== undefined) return packet.translated[translated];
  if (first === undefined) return undefined;
  const lookup = { answer: () => undefined, resolve: () => first };
  const met = meetsCondition(first, startPacket(packet.original), lookup);
  return typeof met === 'boolean' ? met : undefined;
}
