import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/fixture/unhandled-errors.ts'],
    testTimeout: 20_000,
    // Many tests wait for timers and sockets, so two processors serve four workers well.
    maxWorkers: 4,
    coverage: {
      enabled: true,
      provider: 'v8',
      include: ['src/**/*.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { 'src/http/**': { branches: 100 } },
    },
  },
})
