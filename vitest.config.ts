import { defineConfig } from 'vitest/config'
import { excludedPatterns, testProjects } from './test/fixture/test-projects.js'

const { shared, isolated } = testProjects('test')
const excluded = excludedPatterns(process.argv)

export default defineConfig({
  test: {
    globalSetup: ['test/fixture/bundle-assets.ts'],
    // A bound for what hangs. Where others use the machine, what takes 2 s has taken 20 s.
    testTimeout: 60_000,
    // The same for what a test waits for; a second is too short on a busy machine.
    expect: { poll: { timeout: 20_000 } },
    // Many tests wait for timers and sockets, so two processors serve four workers well.
    maxWorkers: 4,
    projects: [
      {
        // Their process imports each module once, which takes longer than most of these tests do.
        extends: true,
        test: {
          name: 'shared',
          include: [...shared],
          exclude: excluded,
          isolate: false,
          setupFiles: ['test/fixture/unhandled-errors.ts', 'test/fixture/shared-process.ts'],
          sequence: { setupFiles: 'list' },
        },
      },
      {
        // A process for each file.
        extends: true,
        test: {
          name: 'isolated',
          include: [...isolated],
          exclude: excluded,
          setupFiles: ['test/fixture/unhandled-errors.ts'],
        },
      },
    ],
    coverage: {
      // To read the counters of V8 after each file takes a third of the time of all tests.
      enabled: false,
      provider: 'v8',
      include: ['src/**/*.ts'],
      // The entries of bundles run in browsers only, under the journeys.
      exclude: ['src/pages/scripts/{player,listing,transfers,faults,problem}.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { 'src/http/**': { branches: 100 } },
    },
  },
})
