import { defineConfig } from 'vitest/config'

// They kill servers and start private ones: with other files beside them on few cores their time limits would lie.
const oneAtATime = ['test/chaos/**/*.test.ts', 'test/support-tests/**/*.test.ts']

export default defineConfig({
  test: {
    globalSetup: ['test/support/rabbitmq/global-setup.ts', 'test/support/postgres/global-setup.ts'],
    testTimeout: 180_000,
    hookTimeout: 240_000,
    projects: [
      {
        extends: true,
        test: { name: 'parallel', include: ['test/**/*.test.ts'], exclude: oneAtATime, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        test: {
          name: 'one at a time',
          include: oneAtATime,
          // For `npm run test:chaos`: vitest.chaos.config.ts.
          exclude: ['test/chaos/long/**'],
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 240_000,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
})
