import { type Figure, ratioOf } from './figures.ts'

/** One table of all figures, as Markdown that is also readable as it is. `references` names one contender for each axis. */
export function figuresTable(figures: readonly Figure[], references: Readonly<Record<string, string>>): string {
  const rows = figures.map((figure) => {
    const { axis, measure, contender } = figure
    const reference = figures.find(
      (other) => other.axis === axis && other.measure === measure && other.contender === references[axis],
    )
    const ratio = reference ? ratioOf(figure, reference).toFixed(2) : '-'
    return [axis, measure, contender, shown(figure.median), shown(figure.min), shown(figure.max), ratio]
  })
  return markdownTable(['axis', 'measure', 'contender', 'median', 'min', 'max', 'x reference'], rows)
}

/** Columns of even width; numbers to the right. */
export function markdownTable(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const isNumber = heads.map((_, column) => rows.every((row) => /^[-\d]/.test(row[column] ?? '')))
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)))
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (isNumber[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, column) => (isNumber[column] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  return [line(heads), line(rule), ...rows.map(line)].join('\n')
}

/** Three significant digits; whole numbers in full. */
function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3)
}
