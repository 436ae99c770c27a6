import { wrapText } from '../../ui/text/wrap-text.ts';

/** What `fw help TOPIC` shows: pages of docs/ by the word that people look for. No topic is the name of a command, whose help that would be. */
export const TOPICS: ReadonlyMap<string, string> = new Map([
  ['ansible', 'ansible'],
  ['approval', 'plans'],
  ['at-3am', 'at-3am'],
  ['checks', 'checks'],
  ['coming-from', 'coming-from'],
  ['connections', 'connections'],
  ['counting', 'counters'],
  ['errors', 'errors'],
  ['exit-codes', 'errors'],
  ['formats', 'formats'],
  ['glossary', 'glossary'],
  ['guards', 'guards'],
  ['install', 'install'],
  ['keys', 'keys'],
  ['library', 'library'],
  ['limits', 'limits'],
  ['linting', 'lint'],
  ['neighbours', 'neighbours'],
  ['neutron', 'coming-from-neutron'],
  ['pipelines', 'pipelines'],
  ['plans', 'plans'],
  ['reliability', 'reliability'],
  ['security', 'security'],
  ['state-files', 'state'],
  ['templates', 'templates'],
  ['tests', 'tests'],
  ['traffic', 'traffic'],
  ['troubleshooting', 'troubleshooting'],
  ['tutorial', 'tutorial'],
  ['upgrade', 'upgrade'],
  ['topics', ''],
]);

/** What `fw help topics` shows. */
export function topicLines(): readonly string[] {
  return [...TOPICS].flatMap(([topic, page]) => (page === '' ? [] : [`${helpOf(topic).padEnd(26)}docs/${page}.md`]));
}

/** A page for a terminal: links name the topic that leads there, and remarks for the tools of the page are left out. */
export function pageText(markdown: string): string {
  const topics = new Map([...TOPICS].toReversed().map(([topic, page]) => [page, topic]));
  return markdown
    .replaceAll(/<!--[\s\S]*?-->\n?/g, '')
    .replaceAll(/\[([^\]]+)\]\(([a-z-]+)\.md(?:#[^)]*)?\)/g, (_, text: string, page: string) => {
      const topic = topics.get(page);
      return topic === undefined ? text : `${text} (${helpOf(topic)})`;
    })
    .replaceAll(/\[([^\]]+)\]\([^)]*\.md(?:#[^)]*)?\)/g, '$1');
}

/** The lines of a page for a terminal of this width: sentences break at blanks, what is to be typed and tables stay as they are. */
export function fitPage(lines: readonly string[], width: number): readonly string[] {
  let isFenced = false;
  return lines.flatMap((line) => {
    if (line.startsWith('```')) isFenced = !isFenced;
    const [mark = ''] = /^(?:- |\d+\. )?/.exec(line) ?? [];
    return isFenced || /^(?:$| {4}|\||```)/.test(line) ? [line] : wrapText(line, width, ' '.repeat(mark.length));
  });
}

function helpOf(topic: string): string {
  return ['fw', 'help', topic].join(' ');
}
