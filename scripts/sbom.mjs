import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What fw is made of, as CycloneDX 1.6: the same bytes for the same packages, so it has neither a time nor a serial number. `more` are further components. */
export function printSbom(root, packages, more = []) {
  const { name, version, license, description } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const ref = purl({ name, version });
  const components = [...packages.map(component), ...more];
  const sbom = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: {
        ...{ type: 'application', 'bom-ref': ref, name, version, description },
        ...{ licenses: [{ license: { id: license } }], purl: ref },
      },
    },
    components,
    dependencies: [{ ref, dependsOn: components.map((each) => each['bom-ref']) }],
  };
  return `${JSON.stringify(sbom, undefined, 2)}\n`;
}

export function component({ name, version, license, integrity }) {
  const ref = purl({ name, version });
  return {
    ...{ type: 'library', 'bom-ref': ref, name, version },
    licenses: [/^[\w.-]+$/.test(license) ? { license: { id: license } } : { expression: license }],
    ...(integrity === undefined ? {} : { hashes: [{ alg: 'SHA-512', content: toHex(integrity) }] }),
    purl: ref,
  };
}

/** npm writes a hash as `sha512-BASE64`. */
function toHex(integrity) {
  return Buffer.from(integrity.slice('sha512-'.length), 'base64').toString('hex');
}

function purl({ name, version }) {
  return `pkg:npm/${name.replace('@', '%40')}@${version}`;
}
