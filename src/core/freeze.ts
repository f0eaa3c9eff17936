/**
 * Freezes plain JSON all the way down: an event is shared by its handlers, and none may change it for another. Without
 * recursion, since what a foreign publisher has nested ten thousand deep must not overflow the stack.
 */
export function deepFreeze(json: unknown): void {
  const open = [json]
  while (open.length > 0) {
    const value = open.pop() as Record<string, unknown>
    Object.freeze(value)
    for (const name in value) {
      const inner = value[name]
      if (typeof inner === 'object' && inner !== null) open.push(inner)
    }
  }
}
