/**
 * Freezes plain JSON all the way down: an event is shared by its handlers, and none may change it for another. Without
 * recursion, since what a foreign publisher has nested ten thousand deep must not overflow the stack.
 */
export function deepFreeze(json: unknown): void {
  const open = [json]
  while (open.length > 0) {
    const value = open.pop()
    if (typeof value !== 'object' || value === null) continue
    Object.freeze(value)
    for (const inner of Object.values(value)) open.push(inner)
  }
}
