import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Machine, makeMachine } from '../support/machine.ts';

/*
 * The package on this machine as it is without Node and without this clone. The machine is seen through an overlay, so that nothing of it changes;
 * `npm run release-test` does more of the same on a Debian that is made for it.
 */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HERE = '/mnt/machine/merged';

const BARE = `
mkdir /mnt/machine
mount -t tmpfs tmpfs /mnt/machine
mkdir /mnt/machine/upper /mnt/machine/work ${HERE}
mount -t overlay -o lowerdir=/,upperdir=/mnt/machine/upper,workdir=/mnt/machine/work overlay ${HERE}
for folder in proc dev sys; do mount --rbind "/$folder" "${HERE}/$folder"; done
for folder in run tmp var/lib/fw ${ROOT.slice(1)}; do mkdir -p "${HERE}/$folder"; mount -t tmpfs tmpfs "${HERE}/$folder"; done
umount ${HERE}/var/lib/fw
rm -rf ${HERE}/var/lib/fw ${HERE}/etc/fw ${HERE}/usr/local/bin/fw
rm -f "${HERE}/$(readlink -f "${process.execPath}")" ${HERE}/usr/bin/node ${HERE}/usr/local/bin/node
cp "$DEB" ${HERE}/tmp/fw.deb
`;

const MANUALS = ['man1/fw.1.gz', 'man1/fw-apply.1.gz', 'man5/fw-state.5.gz'].map((page) => `/usr/share/man/${page}`);

let machine: Machine;
let deb = '';
beforeAll(async () => {
  const make = (program: string, ...words: readonly string[]) =>
    execFileSync(process.execPath, [join('scripts/release', program), process.arch, ...words], {
      cwd: ROOT,
      encoding: 'utf8',
    });
  make('binary.mjs');
  deb = join(ROOT, make('deb.mjs', '0.0.0+try').trim());
  machine = await makeMachine({ DEB: deb, NO_COLOR: '1' });
  expect(machine.run(BARE)).toMatchObject({ status: 0 });
}, 600_000);
afterAll(async () => {
  await machine.end();
  rmSync(deb);
});

test('from the package to a first plan, and away again', () => {
  expect(inside('command -v node npm').status).not.toBe(0);
  expect(inside(`ls ${ROOT}`).stdout).toBe('');
  const began = performance.now();
  expect(inside('dpkg --install /tmp/fw.deb').status).toBe(0);
  expect(inside('fw version').stdout).toMatch(/^fw\/\d+\.\d+\.\d+ linux-/);
  expect(inside('fw init --kind host /etc/fw/site').status).toBe(0);
  expect(inside('fw validate --state /etc/fw/site/state').status).toBe(0);
  const plan = inside('fw plan --state /etc/fw/site/state --detailed-exitcode');
  expect(plan.status, plan.stderr).toBe(2);
  expect(plan.stdout).toMatch(/^Plan: \d+ to add/m);
  // `npm run release-test` has a bar for it. This one runs beside other tests.
  console.log(`from dpkg --install to the first plan: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  // An image of a container may leave manuals out, so it is asked what the package has.
  expect(inside('dpkg -L fw-plan').stdout.split('\n')).toEqual(expect.arrayContaining(MANUALS));
  expect(inside('stat -c %a /etc/fw').stdout).toBe('700\n');
  const purged = inside('dpkg --purge fw-plan');
  expect(purged.stdout).toContain('live rules stay as they are');
  expect(purged.status).toBe(0);
  expect(inside('ls -d /etc/fw /usr/bin/fw /usr/share/doc/fw-plan').stdout).toBe('');
});

/** In the machine as it is without Node, as root. */
function inside(words: string) {
  const clean = 'env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin FW_ALLOW_EXPOSURE=1 DEBIAN_FRONTEND=noninteractive';
  return machine.run(`chroot ${HERE} ${clean} sh -euc '${words}'`);
}
