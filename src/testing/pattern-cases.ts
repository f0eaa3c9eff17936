import { type ContractCase, contractCases } from './contract-case.ts'
import { same } from './expect.ts'

const types = ['app', 'app.installed', 'app.install.failed', 'app.x.y.failed', 'user.added']

/** By pattern, the types that it selects. A group's queue shows what the transport itself does with a pattern. */
const selections: Readonly<Record<string, readonly string[]>> = {
  app: ['app'],
  'app.*': ['app.installed'],
  'app.#': ['app', 'app.installed', 'app.install.failed', 'app.x.y.failed'],
  '*.installed': ['app.installed'],
  'app.#.failed': ['app.install.failed', 'app.x.y.failed'],
  '*.*': ['app.installed', 'user.added'],
  '#': types,
}

export const patternCases: readonly ContractCase[] = contractCases('patterns', {
  async '`*` stands for one word and `#` for any number of words, none included'(scene) {
    const bus = scene.bus()
    const listening = Object.keys(selections).map(
      async (pattern) => [pattern, await scene.listen(bus, pattern, { group: 'all' })] as const,
    )
    const recorders = await Promise.all(listening)
    await scene.publish(bus, ...types)
    for (const [pattern, recorder] of recorders) {
      await scene.flush(bus, selections[pattern]?.[0] as string, recorder)
      same(`events of '${pattern}'`, recorder.types, selections[pattern])
    }
  },

  async 'a subscription gets nothing that its pattern does not match'(scene) {
    const bus = scene.bus()
    const recorder = await scene.listen(bus, 'app.installed', { group: 'one' })
    await scene.publish(bus, 'app.removed', 'app.installed.twice', 'App.installed', 'app', 'app.installed')
    await scene.flush(bus, 'app.installed', recorder)
    same('events', recorder.types, ['app.installed'])
  },
})
