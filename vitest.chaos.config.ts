import { defineConfig } from 'vitest/config'

/** All chaos scripts, the long ones too, in an order that the seed decides. `npm run test:chaos` sets it. */
export default defineConfig({
  test: {
    include: ['test/chaos/**/*.test.ts'],
    globalSetup: 'test/support/rabbitmq/global-setup.ts',
    fileParallelism: false,
    sequence: { shuffle: true, seed: Number(process.env['EVENTBUS_CHAOS_SEED'] ?? 1) },
    testTimeout: 600_000,
    hookTimeout: 240_000,
  },
})
