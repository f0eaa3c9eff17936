// PostgreSQL takes no NUL in a text, and UTF-8 no half of a surrogate pair. Both are rare, and so is the backslash that
// stands for them in a column. The event as JSON needs none of this: JSON has escapes of its own.

const special = /[\\\0]|\p{Surrogate}/u
const everySpecial = new RegExp(special, 'gu')
const escaped = /\\([0-9a-f]{4})/g

/** The text as it stands in a column: different texts stay different. */
export function toColumn(text: string): string {
  if (!special.test(text)) return text
  return text.replace(everySpecial, (character) => `\\${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

export function fromColumn(column: string): string {
  return column.replace(escaped, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
}

export function toNullableColumn(text: string | undefined): string | null {
  return text === undefined ? null : toColumn(text)
}
