import { isHostName } from '../../desired/is-host-name.ts';
import type { Probe } from '../../desired/types.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { LIMITS } from '../../limits.ts';
import { byteLength, findForbiddenCharacter, nameCharacter } from '../../rules/forbidden-character.ts';
import { quote } from '../yaml/quote.ts';
import type { YamlEntry, YamlNode, YamlText } from '../yaml/yaml-node.ts';
import { innerSpan } from '../yaml/yaml-node.ts';

const MOST_WORDS = LIMITS.commandWords.most;
const LONGEST_COMMAND = LIMITS.command.most;
const LONGEST_URL = LIMITS.url.most;

const TCP_HINT = 'Write HOST:PORT, such as 192.0.2.1:22 or [2001:db8::1]:22.';

type ReadProbe = { readonly probe?: Probe; readonly diagnostics: readonly Diagnostic[] };

/** What one of the keys `tcp`, `http` and `command` asks for; no probe when it is wrong. */
export function readProbe({ key, keySpan, value }: YamlEntry, status: string | undefined): ReadProbe {
  if (key === 'command') return value.kind === 'list' ? readCommand(value, keySpan) : { diagnostics: [] };
  if (value.kind !== 'text') return { diagnostics: [] };
  return key === 'tcp' ? readTcp(value) : readHttp(value, status);
}

function readTcp(node: YamlText): ReadProbe {
  const { text } = node;
  const match = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:]*)$/.exec(text);
  if (match === null) return refuse(node.span, `${quote(text)} is not a value for \`tcp\``, TCP_HINT);
  const [, bracketed, plain = '', port = ''] = match;
  const host = bracketed ?? plain;
  const portStart = text.length - port.length;
  if (!isHostName(host, { bracketed: bracketed !== undefined })) {
    return refuse(innerSpan(node, 0, portStart - 1), `${quote(host)} is no address and no host name`, TCP_HINT);
  }
  if (!isPort(port)) {
    return refuse(
      innerSpan(node, portStart, text.length),
      `${quote(port)} is not a port`,
      'Write a number from 1 to 65535.',
    );
  }
  return { probe: { kind: 'tcp', host, port: Number(port) }, diagnostics: [] };
}

/** Only what needs no interpretation: a URL library reads `http://1` or a backslash as something else than what was written. */
const URL_FORM = /^https?:\/\/(?:\[([^[\]]*)\]|([^:/?[\]]*))(?::([^/?]*))?(?:[/?].*)?$/;
const URL_CHARACTERS = /^[A-Za-z0-9._~:/?[\]@!$&'()*+,;=%-]*$/;

function readHttp(node: YamlText, status: string | undefined): ReadProbe {
  const { text, span } = node;
  const no = (words: string) =>
    refuse(
      span,
      `${quote(text)} ${words}`,
      'Write http:// or https://, a host, and a path, such as http://10.0.0.1/health.',
    );
  if (text.length > LONGEST_URL) return no(`is longer than ${LONGEST_URL} characters`);
  if (/^[^/?]*\/\/[^/?]*@/.test(text)) return no('holds a user name, and a state is no place for one');
  const problem = findUrlProblem(text);
  if (problem !== undefined) return no(problem);
  const wanted = status === undefined ? {} : { status: Number(status) };
  return { probe: { kind: 'http', url: text, ...wanted }, diagnostics: [] };
}

/** Whether a text is a URL that a state could have, for a plan file that may be made up. */
export function isUrl(text: string): boolean {
  return !/^[^/?]*\/\/[^/?]*@/.test(text) && findUrlProblem(text) === undefined;
}

function findUrlProblem(text: string): string | undefined {
  const match = URL_FORM.exec(text);
  if (match === null || !URL_CHARACTERS.test(text)) return 'is not a URL for `http`';
  const [, bracketed, plain = '', port] = match;
  if (!isHostName(bracketed ?? plain, { bracketed: bracketed !== undefined }) || bracketed?.includes('%') === true) {
    return 'has no address and no host name in it';
  }
  return port !== undefined && !isPort(port) ? 'has a port that is not a number from 1 to 65535' : undefined;
}

function readCommand({ items }: YamlNode & { kind: 'list' }, keySpan: YamlEntry['keySpan']): ReadProbe {
  const hint = 'Write the absolute path of a program and its arguments: [/usr/local/bin/smoke, --fast].';
  const texts = items.filter((item) => item.kind === 'text');
  if (texts.length < items.length) return { diagnostics: [] };
  const [first] = texts;
  if (first === undefined) return refuse(keySpan, 'The command is empty', hint);
  const diagnostics = texts.flatMap(checkWord);
  if (!first.text.startsWith('/')) {
    diagnostics.unshift(problem(first.span, `${quote(first.text)} is not an absolute path`, hint));
  }
  const words = texts.map(({ text }) => text);
  if (words.length > MOST_WORDS || byteLength(words.join(' ')) > LONGEST_COMMAND) {
    const message = `The command has more than ${MOST_WORDS} words or ${LONGEST_COMMAND} bytes`;
    diagnostics.push(problem(keySpan, message, 'Put it into a program of your own.'));
  }
  return diagnostics.length > 0 ? { diagnostics } : { probe: { kind: 'command', words }, diagnostics };
}

function checkWord(node: YamlText): Diagnostic[] {
  const at = findForbiddenCharacter(node.text);
  if (at < 0) return [];
  const message = `There is ${nameCharacter(node.text, at)} in the command`;
  return [problem(innerSpan(node, at, at + 1), message, 'Delete it; put what needs it into a program of your own.')];
}

function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65_535;
}

function refuse(span: Diagnostic['span'] & object, message: string, hint: string): ReadProbe {
  return { diagnostics: [problem(span, message, hint)] };
}

function problem(span: Diagnostic['span'] & object, message: string, hint: string): Diagnostic {
  return { severity: 'error', code: 'state.check', message, span, hint };
}
