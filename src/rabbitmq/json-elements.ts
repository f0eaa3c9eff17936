const [quote, backslash, comma] = [0x22, 0x5c, 0x2c]
const [bracket, closingBracket, brace, closingBrace] = [0x5b, 0x5d, 0x7b, 0x7d]

/**
 * The elements of a JSON array as they were written: parsed and written again, a large number would be another one. For
 * what is known to be one. All that has a meaning in JSON is ASCII, which in UTF-8 is part of no other character.
 */
export function cutElements(json: Buffer): Buffer[] {
  const elements: Buffer[] = []
  let start = 0
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) at = endOfString(json, at)
    else if (byte === bracket || byte === brace) {
      if (++depth === 1) start = at + 1
    } else if (depth === 1 && (byte === comma || byte === closingBracket)) {
      elements.push(json.subarray(start, at))
      start = at + 1
    }
    if (byte === closingBracket || byte === closingBrace) depth--
  }
  return elements
}

function endOfString(json: Buffer, start: number): number {
  let at = start + 1
  while (json[at] !== quote) at += json[at] === backslash ? 2 : 1
  return at
}
