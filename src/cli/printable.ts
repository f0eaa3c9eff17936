/** C0 and C1 control characters and delete: in a terminal they move the cursor, change colours, or worse. */
const controls = /\p{Cc}/gu

/** The text with control characters written out: what others have sent must not command the terminal. */
export function printable(text: string): string {
  return text.replaceAll(controls, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

/** The text cut to so many characters, the last one telling that there was more. */
export function shorten(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text
  // Half of a surrogate pair is no character.
  return `${text.slice(0, Math.max(0, maxLength - 1)).replace(/[\ud800-\udbff]$/, '')}…`
}
