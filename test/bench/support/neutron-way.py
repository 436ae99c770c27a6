"""What Neutron's manager does for each change, without the manager: save, find the lines that differ, restore them. argv: the wanted rules."""
import difflib
import subprocess
import sys


def chains(text):
    found = {}
    for line in text.splitlines():
        if line.startswith(":"):
            found.setdefault(line[1:].split()[0], [])
        elif line.startswith("-A "):
            found.setdefault(line.split(" ", 2)[1], []).append(line.split(" ", 2)[2])
    return found


saved = subprocess.run(["iptables-nft-save", "-t", "filter"], check=True, capture_output=True, text=True).stdout
with open(sys.argv[1], encoding="utf-8") as file:
    wanted = chains(file.read())
live = chains(saved)
lines = []
for chain, rules in wanted.items():
    old = live.get(chain, [])
    if old == rules:
        continue
    place = 1
    for difference in difflib.ndiff(old, rules):
        if difference.startswith("- "):
            lines.append(f"-D {chain} {place}")
        elif difference.startswith("+ "):
            lines.append(f"-I {chain} {place} {difference[2:]}")
            place += 1
        elif difference.startswith("  "):
            place += 1
script = "\n".join(["*filter", *lines, "COMMIT", ""])
subprocess.run(["iptables-nft-restore", "-n"], check=True, input=script, text=True)
