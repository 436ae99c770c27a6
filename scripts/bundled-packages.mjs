import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The packages whose files are in the bundles, by name: what package.json of each says, and the text of its license. */
export function bundledPackages(root, metafiles) {
  const folders = new Set();
  for (const { inputs } of metafiles) {
    for (const path of Object.keys(inputs)) {
      const folder = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
      if (folder !== undefined) folders.add(folder);
    }
  }
  // npm installs the same version in several places.
  const packages = new Map([...folders].map((folder) => readPackage(root, folder)).map((each) => [each.id, each]));
  return [...packages.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

function readPackage(root, folder) {
  const { name, version, license, homepage } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  if (typeof license !== 'string') throw new Error(`${folder} does not name its license`);
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const { integrity } = packages[folder] ?? {};
  return {
    id: `${name}@${version}`,
    name,
    version,
    license,
    homepage,
    integrity,
    text: licenseText(join(root, folder)),
  };
}

function licenseText(folder) {
  const file = readdirSync(folder).find((name) => /^licen[cs]e(\.|-|$)/i.test(name));
  return file === undefined ? undefined : readFileSync(join(folder, file), 'utf8').trim();
}

/** What is compiled into a package, of which its package.json says nothing. */
const WITHIN = {
  '@viz-js/viz':
    'Compiled into it are Graphviz, under the Eclipse Public License, whose source is at https://graphviz.org/download/source/, and Expat, under the MIT License, whose source is at https://libexpat.github.io/. Both are unchanged.',
};

export function printLicenses(packages) {
  const parts = packages.map(({ id, name, license, homepage, text }) => {
    const within = WITHIN[name] === undefined ? '' : `\n${WITHIN[name]}\n`;
    return `${id} (${license})${homepage === undefined ? '' : ` ${homepage}`}\n\n${text ?? `License: ${license}`}\n${within}`;
  });
  return `These packages are part of fw.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`;
}
