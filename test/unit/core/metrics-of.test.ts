import { expect, test } from 'vitest';
import { type MetricFacts, metricsOf } from '../../../src/core/report/metrics/metrics-of.ts';

const labelsOf = (facts: Omit<MetricFacts, 'version'>) =>
  metricsOf({ version: '1', generation: { number: 2, at: 1 }, ...facts }).flatMap(({ samples }) =>
    samples.map(({ labels }) => labels.state),
  );

test('a run about one state has its name on every series; a path only where there are more states', () => {
  expect(labelsOf({ states: ['edge'], known: 1 })).toEqual(['edge', 'edge', 'edge']);
  expect(labelsOf({ states: ['/etc/fw'], known: 1 })).toEqual([undefined, undefined, undefined]);
  expect(labelsOf({ states: ['/etc/fw'], known: 2 })).toEqual(['/etc/fw', '/etc/fw', '/etc/fw']);
});

test('a run about several states, or about none, has no such label', () => {
  expect(labelsOf({ states: ['edge', 'core'], known: 2 })).toEqual([undefined, undefined, undefined]);
  expect(labelsOf({ known: 2 })).toEqual([undefined, undefined, undefined]);
});
