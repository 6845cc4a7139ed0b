import { expect } from '@jest/globals'
import { JOURNAL_MATCHERS, type JournalMatchers } from './expectations/matchers.js'

// Imported for its effect, as a setup file or in a test: adds the matchers of JournalMatchers to `expect` of Jest.
// scripts/write-commonjs.mjs writes the same for `require`.

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends JournalMatchers<R> {}
}

declare global {
  // The global types of @types/jest.
  namespace jest {
    // biome-ignore lint/complexity/noBannedTypes: a merged interface has the type parameters of @types/jest's
    interface Matchers<R, T = {}> extends JournalMatchers<R> {}
  }
}

expect.extend(JOURNAL_MATCHERS)
