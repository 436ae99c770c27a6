import { existsSync } from 'node:fs';
import { type MachineFacts, readMachineFacts } from '../../core/live-findings/machine-facts.ts';
import { enter, type PlacedNamespace } from '../process/enter.ts';
import { run } from '../process/exec.ts';

/** Settings that decide whether packets are forwarded, or whether those of a bridge come to the rules. /proc/sys/net is that of the namespace of its reader. */
const FORWARDING = ['forwarding', 'mc_forwarding', 'bc_forwarding', 'force_forwarding'];
const FOLDERS = ['/proc/sys/net/ipv4/conf', '/proc/sys/net/ipv6/conf', '/proc/sys/net/bridge'];

/** Interfaces, settings and own addresses of a namespace, as they are now. Never throws: what cannot be read is not known. */
export async function lookAtMachine(namespace: PlacedNamespace): Promise<MachineFacts> {
  const names = [...FORWARDING, 'bridge-nf-call-iptables', 'bridge-nf-call-ip6tables'];
  const ask = async (file: string, args: readonly string[]) => run(...enter(namespace, file, args));
  const routes = (family: '-4' | '-6') =>
    ask('ip', [family, '-json', 'route', 'show', 'table', 'all', 'type', 'local']);
  const [links, settings, ipv4, ipv6] = await Promise.all([
    ask('ip', ['-details', '-json', 'link', 'show']),
    ask('grep', ['-rsH', ...names.map((name) => `--include=${name}`), '', ...FOLDERS]),
    routes('-4'),
    routes('-6'),
  ]);
  const printed = ({ exitCode, stdout }: typeof links) => (exitCode === 0 ? stdout : undefined);
  return readMachineFacts({
    ...(links.exitCode === 0 ? { links: links.stdout } : {}),
    // grep ends with 2 where one of the folders is not there, as without the module of bridges.
    ...(settings.problem === undefined && settings.stdout !== '' ? { settings: settings.stdout } : {}),
    routes: { ipv4: printed(ipv4), ipv6: printed(ipv6) },
    hasBridgeModule: existsSync('/sys/module/br_netfilter'),
  });
}
