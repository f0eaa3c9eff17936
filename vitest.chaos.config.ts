import { defineConfig } from 'vitest/config'

/** All chaos scripts, the long ones too, file by file in an order that the seed of `npm run test:chaos` decides. */
export default defineConfig({
  test: {
    include: ['test/chaos/**/*.test.ts'],
    globalSetup: 'test/support/rabbitmq/global-setup.ts',
    fileParallelism: false,
    sequence: { shuffle: { files: true }, seed: Number(process.env['EVENTBUS_CHAOS_SEED'] ?? 1) },
    testTimeout: 600_000,
    hookTimeout: 240_000,
  },
})
