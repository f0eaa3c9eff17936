import type { RecordingMeasurements } from './measurements.ts'

/** What records the events of one bus, by name. */
export class Recordings {
  readonly #measures = new Map<string, () => RecordingMeasurements>()

  /** The function that it returns takes it away again; a later one of the same name takes its place. */
  add(name: string, measure: () => RecordingMeasurements): () => void {
    this.#measures.set(name, measure)
    return () => {
      if (this.#measures.get(name) === measure) this.#measures.delete(name)
    }
  }

  read(): ReadonlyMap<string, RecordingMeasurements> {
    return new Map(Array.from(this.#measures, ([name, measure]) => [name, measure()]))
  }
}
