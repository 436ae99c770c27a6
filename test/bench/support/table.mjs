const HEAD = ['bar', 'measured', 'spread', 'limit', '', 'limit made of', 'bare tools', 'times bare'];

/** Measured rows as a table that reads well in a terminal and is Markdown too. A row that could not be measured says why in `skipped`. */
export function printTable(rows) {
  const body = rows.map((row) => (row.skipped === undefined ? measuredCells(row) : skippedCells(row)));
  const widths = HEAD.map((title, column) => Math.max(title.length, ...body.map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  return [HEAD, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('');
}

function measuredCells({ name, what, measured, spread, limit, unit, by, bare }) {
  return [
    `${name}: ${what}`,
    amount(measured, unit),
    spread === undefined ? '' : `${Math.round(spread[0])}-${Math.round(spread[1])}`,
    limit === undefined ? '-' : amount(limit, unit),
    limit === undefined ? '' : measured <= limit ? 'ok' : 'OVER',
    by,
    bare === undefined ? '-' : amount(bare, unit),
    bare === undefined ? '-' : (measured / bare).toFixed(1),
  ];
}

function skippedCells({ name, what, skipped }) {
  return [`${name}: ${what}`, '-', '', '-', '', `skipped: ${skipped}`, '-', '-'];
}

function amount(number, unit) {
  return `${number < 10 && unit === 'ms' ? number.toFixed(1) : Math.round(number)} ${unit}`;
}
