const HEAD = ['bar', 'measured', 'limit', '', 'limit made of', 'bare tools', 'times bare'];

/** Measured rows as a table that reads well in a terminal and is Markdown too. */
export function printTable(rows) {
  const body = rows.map(({ name, what, measured, limit, unit, by, bare }) => [
    `${name}: ${what}`,
    amount(measured, unit),
    limit === undefined ? '-' : amount(limit, unit),
    limit === undefined ? '' : measured <= limit ? 'ok' : 'OVER',
    by,
    bare === undefined ? '-' : amount(bare, unit),
    bare === undefined ? '-' : (measured / bare).toFixed(1),
  ]);
  const widths = HEAD.map((title, column) => Math.max(title.length, ...body.map((cells) => cells[column].length)));
  const line = (cells) => `| ${cells.map((cell, column) => cell.padEnd(widths[column])).join(' | ')} |\n`;
  return [HEAD, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('');
}

function amount(number, unit) {
  return `${number < 10 && unit === 'ms' ? number.toFixed(1) : Math.round(number)} ${unit}`;
}
