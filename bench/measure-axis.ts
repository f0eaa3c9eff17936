import type { Axis, Measures } from './axes/axis.ts'
import type { Stage } from './broker/stage.ts'
import type { ContenderName } from './contenders/registry.ts'
import { type Figure, figureOf } from './report/figures.ts'
import { Scene, type SceneSettings } from './scene.ts'

export interface AxisSettings extends SceneSettings {
  readonly runs: number
  readonly contenders: readonly ContenderName[]
}

export interface Measured {
  readonly figures: readonly Figure[]
  /** Contenders that could not be measured, and why. */
  readonly failures: readonly { readonly axis: string; readonly contender: string; readonly reason: string }[]
}

/** Measures all contenders in turn, some times. One that fails is not asked again. */
export async function measureAxis(
  axis: Axis,
  settings: AxisSettings,
  stage: Stage,
  tell: (progress: string) => void,
): Promise<Measured> {
  const found = new Map<ContenderName, Measures[]>()
  const failures = new Map<ContenderName, string>()
  const contenders = axis.contenders.filter((contender) => settings.contenders.includes(contender))
  for (let run = 1; run <= settings.runs; run++) {
    // Who comes first has a colder machine: that shall be each of them.
    for (const contender of run % 2 === 1 ? contenders : contenders.toReversed()) {
      if (failures.has(contender)) continue
      const where = `${axis.name}, run ${run} of ${settings.runs}, ${contender}`
      try {
        const measures = await measureOnce(axis, contender, settings, stage)
        found.set(contender, [...(found.get(contender) ?? []), measures])
        tell(`${where}: ${inWords(measures)}`)
      } catch (error) {
        if (settings.patience.signal.aborted) throw error
        failures.set(contender, (error as Error).message)
        tell(`${where}: failed. ${(error as Error).message}`)
      }
    }
  }
  return {
    figures: figuresOf(axis.name, found),
    failures: [...failures].map(([contender, reason]) => ({ axis: axis.name, contender, reason })),
  }
}

async function measureOnce(
  axis: Axis,
  contender: ContenderName,
  settings: AxisSettings,
  stage: Stage,
): Promise<Measures> {
  const scene = new Scene(settings, stage)
  try {
    return await axis.measure(contender, scene)
  } finally {
    await scene.close()
  }
}

/** By measure, and then in the order of the contenders. */
function figuresOf(axis: string, found: ReadonlyMap<ContenderName, readonly Measures[]>): Figure[] {
  const names = new Set([...found.values()].flatMap(([first]) => Object.keys(first ?? {})))
  return [...names].flatMap((measure) =>
    [...found].flatMap(([contender, runs]) => {
      const values = runs.flatMap((measures) => measures[measure] ?? [])
      return values.length === 0 ? [] : [figureOf({ axis, measure, contender }, values)]
    }),
  )
}

function inWords(measures: Measures): string {
  return Object.entries(measures)
    .flatMap(([measure, value]) => (value === undefined ? [] : [`${value.toPrecision(4)} ${measure}`]))
    .join(', ')
}
