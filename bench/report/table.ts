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
  const columns = heads.map((head, column) => {
    const cells = rows.map((row) => row[column] ?? '')
    return {
      width: Math.max(head.length, ...cells.map(({ length }) => length)),
      isNumber: cells.length > 0 && cells.every((cell) => /^[-\d]/.test(cell)),
    }
  })
  const lineOf = (cells: readonly string[]): string => {
    const padded = columns.map(({ width, isNumber }, column) => {
      const cell = cells[column] ?? ''
      return isNumber ? cell.padStart(width) : cell.padEnd(width)
    })
    return `| ${padded.join(' | ')} |`
  }
  const rule = columns.map(({ width, isNumber }) => (isNumber ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)))
  return [lineOf(heads), lineOf(rule), ...rows.map(lineOf)].join('\n')
}

/** Three significant digits; whole numbers in full. */
function shown(value: number): string {
  return value >= 100 ? String(Math.round(value)) : value.toPrecision(3)
}
