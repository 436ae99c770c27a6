import { ruleName } from '../flow-tests/explain.ts';
import type { Cause } from '../packets/lint/types.ts';
import type { LintFinding, LintGap } from './types.ts';

/** What a finding is about: `filter INPUT 4`, `set bad`. */
export function subjectText({ id, place, subject }: LintFinding): string {
  if (place === null) return id === 'FWL08' ? `set ${subject}` : (subject ?? '');
  return place.number === undefined ? `${place.table} ${place.chain}` : ruleName(place);
}

/** Why it was found, as a sentence without its end. */
export function reasonText({ id, level, place, causes, more, subject, since }: LintFinding): string {
  const names = listed(causes.map(nameWithOrigin));
  const verb = causes.length === 1 ? 'takes' : 'take';
  switch (id) {
    case 'FWL00':
      return /ignore\s+\S+\s+\S/.test(subject ?? '')
        ? 'nothing that was found is silenced by this comment'
        : 'an ignore comment needs an id and a reason: # fw: ignore FWL03 why it is meant';
    case 'FWL01':
      return `no packet gets here: ${names} ${verb} all that it asks for${otherVerdict(causes)}`;
    case 'FWL02': {
      const rest = more === 0 ? '' : `; the same is so of ${more === 1 ? 'the rule' : `the ${more} rules`} behind it`;
      return `no packet gets here: ${names} ${verb} every packet${rest}`;
    }
    case 'FWL03':
      return `without it ${names} ${causes.length === 1 ? 'does' : 'do'} the same`;
    case 'FWL04':
      return 'no packet gets here: nothing leads to this chain';
    case 'FWL05':
      return 'no packet meets all that it asks for';
    case 'FWL06': {
      const many = more === 0 ? 'its counter is' : 'their counters are';
      const who = more === 0 ? '' : ` this rule or ${more === 1 ? 'the one' : `the ${more}`} behind it`;
      return `no packet has met${who === '' ? ' it' : who} since generation ${since?.generation}, ${days(since?.days ?? 0)}: ${many} 0, and no reset was seen`;
    }
    case 'FWL07':
      return `no packet gets here: ${names} is the same rule`;
    case 'FWL08':
      return level === 'note' ? 'nothing in the kernel refers to it now' : 'no rule names it';
    case 'FWL09':
      return `no packet meets it now: there is no interface ${subject}${also(more)}`;
    case 'FWL10':
      return place?.number === undefined
        ? 'no packet gets here now: forwarding is off'
        : `what it sends elsewhere goes nowhere now: forwarding is off${also(more)}`;
    case 'FWL11':
      return `no packet meets it now: the kernel does not show packets of bridges to these rules${also(more)}`;
    case 'FWL12':
      return `no packet meets it now: set ${subject} is empty${also(more)}`;
    default:
      return id satisfies never;
  }
}

export function gapText({ place, because, namespaces, families }: LintGap): string {
  const where = `${namespaces.join(', ')} (${families.map((one) => (one === 'ipv4' ? 'IPv4' : 'IPv6')).join(', ')})`;
  const what = place === null ? where : `${place.table} ${place.chain} from rule ${place.number} on, in ${where}`;
  return `not judged: ${what}: ${because}`;
}

function also(more: number): string {
  return more === 0 ? '' : `; the same is so of ${more === 1 ? '1 more rule' : `${more} more rules`}`;
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`;
}

function otherVerdict(causes: readonly Cause[]): string {
  const others = causes.filter(({ differs }) => differs === true);
  if (others.length === 0) return '';
  const verdicts = new Set(others.map(({ text }) => / ?-[jg] (\S+)/.exec(text)?.[1] ?? ''));
  const who = others.length === causes.length ? '' : `${listed(others.map(ruleName))} `;
  return `, ${who}with another verdict (${[...verdicts].join(', ')})`;
}

function nameWithOrigin(cause: Cause): string {
  return cause.origin === undefined ? ruleName(cause) : `${ruleName(cause)} (${cause.origin})`;
}

function listed(names: readonly string[]): string {
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
}
