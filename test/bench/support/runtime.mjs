import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFor, makeCache } from '../../../scripts/code-cache.mjs';
import { fetchRuntime, NODE_VERSION } from '../../../scripts/release/runtimes.mjs';

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));
const main = join(root, 'dist/main.cjs');

/** The Node that fw is measured with, and a code cache beside dist/main.cjs that fits it. `which`: `shipped`, the one of the packages; `own`; or the path of one. */
export function chooseNode(which) {
  const node = which === 'shipped' ? shipped() : which === 'own' ? process.execPath : which;
  const cache = cacheFor(node, main);
  if (node !== process.execPath && !existsSync(cache)) makeCache(node, main, cache);
  return node;
}

function shipped() {
  try {
    return join(fetchRuntime(root, process.arch), 'bin/node');
  } catch (error) {
    process.stderr.write(
      `Node ${NODE_VERSION} cannot be had, so the Node of this machine is measured: ${error.message}\n`,
    );
    return process.execPath;
  }
}
