import type { StoreHarness } from './store-harness.ts'
import { StoreScene } from './store-scene.ts'

/** One promise that every event store keeps. */
export interface StoreCase {
  /** The promise in plain words. */
  readonly name: string
  /** What it is about, e.g. `streams`: for grouping. */
  readonly about: string
  /** Resolves if the promise is kept; rejects with an `AssertionError` that says how it was broken. */
  run(harness: StoreHarness): Promise<void>
}

/** The cases of one subject: each promise with the scene that shows whether it is kept. */
export function storeCases(
  about: string,
  scenes: Readonly<Record<string, (scene: StoreScene) => Promise<void>>>,
): readonly StoreCase[] {
  return Object.entries(scenes).map(([name, play]) => ({ about, name, run: (harness) => run(harness, play) }))
}

/** The scene is cleared, whatever came of it, and clearing it hides no failure. */
async function run(harness: StoreHarness, play: (scene: StoreScene) => Promise<void>): Promise<void> {
  const scene = new StoreScene(await harness.open())
  try {
    await play(scene)
  } finally {
    await scene.clear()
  }
}
