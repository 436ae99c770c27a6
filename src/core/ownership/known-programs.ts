/** How other programs name their chains. Upper and lower case differ, as they do in the kernel. */
const OWNERS: readonly (readonly [name: RegExp, owner: string])[] = [
  [/^DOCKER(?:$|-)/, 'Docker'],
  [/^KUBE-ROUTER-/, 'kube-router'],
  [/^KUBE-/, 'kube-proxy'],
  [/^cali-/, 'Calico'],
  [/^(?:OLD_)?CILIUM_/, 'Cilium'],
  [/^FLANNEL-/, 'Flannel'],
  [/^WEAVE(?:$|-)/, 'Weave'],
  [/^CNI-/, 'CNI plugins'],
  [/^NETAVARK/, 'Podman'],
  [/^(?:f2b|fail2ban)-/, 'fail2ban'],
  [/^sshguard$/, 'SSHGuard'],
  [/^CROWDSEC_CHAINS?$/, 'CrowdSec'],
  [/^ufw6?-/, 'ufw'],
  [/^(?:IN|FWDI|FWDO|FWD|PRE|POST|OUT)_\w/, 'firewalld'],
  [
    /^(?:INPUT|OUTPUT|FORWARD|PREROUTING|POSTROUTING)(?:_(?:IN|OUT))?_(?:direct|ZONES(?:_SOURCE)?|POLICIES_(?:pre|post))$/,
    'firewalld',
  ],
  [/^RFC3964_IPv4$/, 'firewalld'],
  [/^LIBVIRT_/, 'libvirt'],
  [/^ts-/, 'Tailscale'],
  [/^ISTIO_/, 'Istio'],
  [/^neutron-/, 'Neutron'],
];

/** The program that is known to make chains of this name. A name is a hint and no proof: any program may use it. */
export function ownerOf(chain: string): string | undefined {
  return OWNERS.find(([name]) => name.test(chain))?.[1];
}
