import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';

const SERVER = fileURLToPath(
  new URL('../../node_modules/yaml-language-server/bin/yaml-language-server', import.meta.url),
);

type Message = { readonly id?: number; readonly method?: string; readonly params?: unknown; readonly result?: unknown };

export type Finding = { readonly message: string; readonly range: { readonly start: { readonly line: number } } };

/** What an editor asks of the language server for YAML, over its input and output. */
export type Editor = {
  /** Opens a file with a text and resolves to what is underlined in it. */
  readonly open: (path: string, text: string) => Promise<readonly Finding[]>;
  /** The words that are offered at a place. */
  readonly complete: (path: string, line: number, character: number) => Promise<readonly string[]>;
  /** What is shown beside the word at a place. */
  readonly hover: (path: string, line: number, character: number) => Promise<string>;
  readonly end: () => Promise<void>;
};

export async function startEditor(folder: string): Promise<Editor> {
  const server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  const connection = connect(server);
  // Without the catalogue of schemas in the network: a file says which one it has.
  const yaml = { validate: true, completion: true, hover: true, schemaStore: { enable: false } };
  connection.answer('workspace/configuration', (params) =>
    (params as { items: { section: string }[] }).items.map(({ section }) => (section === 'yaml' ? yaml : {})),
  );
  const rootUri = pathToFileURL(folder).href;
  await connection.ask('initialize', { processId: process.pid, rootUri, capabilities: CAPABILITIES });
  connection.tell('initialized', {});
  connection.tell('workspace/didChangeConfiguration', { settings: { yaml } });
  const at = (path: string, line: number, character: number) => ({
    textDocument: { uri: pathToFileURL(path).href },
    position: { line, character },
  });
  return {
    open: async (path, text) => {
      const uri = pathToFileURL(path).href;
      const found = connection.wait(
        'textDocument/publishDiagnostics',
        (params) => (params as { uri: string }).uri === uri,
      );
      connection.tell('textDocument/didOpen', { textDocument: { uri, languageId: 'yaml', version: 1, text } });
      return ((await found) as { diagnostics: Finding[] }).diagnostics;
    },
    complete: async (...place) => {
      const { items } = (await connection.ask('textDocument/completion', at(...place))) as {
        items: { label: string }[];
      };
      return items.map(({ label }) => label);
    },
    hover: async (...place) => {
      const shown = (await connection.ask('textDocument/hover', at(...place))) as {
        contents: { value: string };
      } | null;
      return shown?.contents.value ?? '';
    },
    end: async () => {
      const gone = once(server, 'exit');
      await connection.ask('shutdown', null);
      connection.tell('exit', null);
      await gone;
    },
  };
}

const CAPABILITIES = {
  workspace: { configuration: true, didChangeConfiguration: {} },
  textDocument: { completion: {}, hover: { contentFormat: ['markdown'] }, publishDiagnostics: {} },
};

/** JSON-RPC with the header that says how long a message is. */
function connect(server: ChildProcess) {
  const answers = new Map<number, (result: unknown) => void>();
  const answering = new Map<string, (params: unknown) => unknown>();
  const waiting: { method: string; is: (params: unknown) => boolean; resolve: (params: unknown) => void }[] = [];
  let ids = 0;
  const send = (message: object) => {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message });
    server.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  };
  const take = ({ id, method, params, result }: Message) => {
    if (method === undefined) return void (id !== undefined && answers.get(id)?.(result));
    if (id !== undefined) return send({ id, result: answering.get(method)?.(params) ?? null });
    const found = waiting.findIndex((each) => each.method === method && each.is(params));
    if (found >= 0) waiting.splice(found, 1)[0]?.resolve(params);
  };
  let buffer = Buffer.alloc(0);
  server.stdout?.on('data', (data: Buffer) => {
    buffer = Buffer.concat([buffer, data]);
    for (;;) {
      const header = /^Content-Length: (\d+)\r\n(?:.*\r\n)*?\r\n/.exec(buffer.toString('latin1'));
      if (header === null || buffer.length < header[0].length + Number(header[1])) return;
      const end = header[0].length + Number(header[1]);
      take(JSON.parse(buffer.toString('utf8', header[0].length, end)) as Message);
      buffer = buffer.subarray(end);
    }
  });
  return {
    ask: (method: string, params: unknown) =>
      new Promise<unknown>((resolve) => {
        ids += 1;
        answers.set(ids, resolve);
        send({ id: ids, method, params });
      }),
    tell: (method: string, params: unknown) => send({ method, params }),
    answer: (method: string, give: (params: unknown) => unknown) => void answering.set(method, give),
    wait: (method: string, is: (params: unknown) => boolean) =>
      new Promise<unknown>((resolve) => void waiting.push({ method, is, resolve })),
  };
}
