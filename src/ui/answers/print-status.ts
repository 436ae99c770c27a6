import type { StatusFacts } from '../../core/report/status-document.ts';
import { cleanText } from '../text/clean-text.ts';
import { adviceInFolder } from '../text/in-folder.ts';
import { localTime } from '../text/local-time.ts';
import { pendingLines, unfinishedSentence } from './pending-lines.ts';
import { whyBackText } from './print-history.ts';

/** What is going on in a data folder, for people; `folder` names it where nothing was applied from it. `where` is what a command needs behind it, see `inFolder`. */
export function printStatus(
  { holder, pending, unfinished, elsewhere, others, leftToEnd = [], generation, wentBack }: StatusFacts,
  where = '',
  folder?: { readonly path: string; readonly isThere: boolean },
): readonly string[] {
  const adviceAt = (id: string) => {
    const next = elsewhere.get(id)?.next;
    return next === undefined ? undefined : adviceInFolder(next, where);
  };
  return [
    generation === undefined
      ? `Generation: none yet${folder === undefined ? '' : ` in ${folder.path}${folder.isThere ? '' : ', which does not exist'}`}`
      : `Generation: ${generation.number}, applied ${localTime(generation.at)} by ${generation.operator}`,
    ...(wentBack === undefined
      ? []
      : [
          `Last:       ${localTime(wentBack.at)} ${whyBackText(wentBack.why)}, by ${wentBack.operator}`,
          ...(wentBack.said ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`            ${line}`])),
        ]),
    `At work:    ${holder ?? 'nobody'}`,
    ...pending.flatMap((one) => pendingLines(one, adviceAt(one.run.id), where)),
    ...unfinished.flatMap((one) => [
      `Unfinished: ${unfinishedSentence(one, adviceAt(one.run.id), where)}`,
      ...(one.said ?? '').split('\n').flatMap((line) => (line === '' ? [] : [`            ${line}`])),
    ]),
    ...leftToEnd.map(
      ({ id, operator }) =>
        `Connections: those that the kept apply ${id} of ${operator} was to end may be there, since fw was cut off. End them:  fw recover${where}`,
    ),
    ...others.flatMap(({ what, next }) => [`Elsewhere:  ${what}.`, `            ${next}`]),
  ].map((line) => cleanText(line, true));
}
