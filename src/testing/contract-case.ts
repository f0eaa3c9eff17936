import type { TransportHarness } from './harness.ts'
import { Scene } from './scene.ts'

/** One promise that every transport keeps. */
export interface ContractCase {
  /** The promise in plain words. */
  readonly name: string
  /** What it is about, e.g. `order`: for grouping. */
  readonly about: string
  /** Resolves if the promise is kept; rejects with an `AssertionError` that says how it was broken. */
  run(harness: TransportHarness): Promise<void>
}

/** The cases of one subject: each promise with the scene that shows whether it is kept. */
export function contractCases(
  about: string,
  scenes: Readonly<Record<string, (scene: Scene) => Promise<void>>>,
): readonly ContractCase[] {
  return Object.entries(scenes).map(([name, play]) => ({ about, name, run: (harness) => run(harness, play) }))
}

/** The scene is cleared, whatever came of it, and clearing it hides no failure. */
async function run(harness: TransportHarness, play: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = new Scene(await harness.open(), harness.deadlineMs ?? 10_000, harness.speed ?? 1)
  try {
    await play(scene)
  } finally {
    await scene.clear()
  }
}
