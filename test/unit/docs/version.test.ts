import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const { version }: { readonly version: string } = JSON.parse(read('package.json'));

test('the version is the same wherever it is written', () => {
  const lock: { version: string; packages: Record<string, { version: string }> } = JSON.parse(
    read('package-lock.json'),
  );
  expect([lock.version, lock.packages['']?.version]).toEqual([version, version]);
  expect(/^## \d.*/m.exec(read('CHANGELOG.md'))?.[0]).toBe(`## ${version}`);
  expect(read('README.md').match(/fw-plan_([\d.]+)_amd64/)?.[1]).toBe(version);
  const images = read('templates/pipelines/kubernetes/kubernetes/daemonset.yaml').match(/image: .*(?= # CHANGE)/g);
  expect(images).toEqual([1, 2].map(() => `image: registry.example/fw:${version}`));
});

function read(path: string): string {
  return readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
}
