import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/fixture/bundle-assets.ts'],
    setupFiles: ['test/fixture/unhandled-errors.ts'],
    testTimeout: 20_000,
    // Many tests wait for timers and sockets, so two processors serve four workers well.
    maxWorkers: 4,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The entries of bundles run in browsers only, under the journeys.
      exclude: ['src/pages/scripts/{player,listing,transfers,faults,problem}.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { 'src/http/**': { branches: 100 } },
    },
  },
})
