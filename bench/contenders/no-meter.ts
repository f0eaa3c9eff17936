import { Meter } from '../../src/core/meter.ts'

/** Counts nothing, to see what counting costs. */
export class NoMeter extends Meter {
  override publishing(): number {
    return 0
  }

  override published(): void {}

  override consumed(): void {}

  override running(): number {
    return 0
  }

  override awaiting<T>(running: Promise<T>): Promise<T> {
    return running
  }

  override ran(): void {}
}
