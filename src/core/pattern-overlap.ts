/** Whether an event type can match both patterns. */
export function patternsOverlap(one: string, other: string): boolean {
  const others = other.split('.')
  // Place by place of `other`: whether the rest of it and the words of `one` that were looked at can match the same words.
  let below = [...others, ''].map((_, place) => others.slice(place).every((word) => word === '#'))
  for (const word of one.split('.').toReversed()) below = rowAbove(word, others, below)
  return below[0] === true
}

function rowAbove(word: string, others: readonly string[], below: readonly boolean[]): boolean[] {
  const row = below.map((isMatch) => word === '#' && isMatch)
  for (let place = others.length - 1; place >= 0; place--) {
    const other = others[place]
    // A `#` stands for nothing, or takes what the other one has.
    if (word === '#' || other === '#') row[place] = below[place] === true || row[place + 1] === true
    else row[place] = (word === other || word === '*' || other === '*') && below[place + 1] === true
  }
  return row
}
