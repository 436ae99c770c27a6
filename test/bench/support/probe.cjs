// Loaded into fw with --require: writes what the process can say about itself when it ends.
const { writeFileSync } = require('node:fs');

const file = process.env.FWB_PROBE;

process.on('exit', () => {
  const marks = performance.getEntriesByType('mark').map(({ name, startTime }) => [name, startTime]);
  writeFileSync(file, JSON.stringify({ mb: process.resourceUsage().maxRSS / 1024, marks: Object.fromEntries(marks) }));
});
