import { expect } from 'vitest'
import { JOURNAL_MATCHERS, type JournalMatchers } from './expectations/matchers.js'

// Imported for its effect, as a setup file or in a test: adds the matchers of JournalMatchers to `expect` of vitest.

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: a merged interface has the type parameters of vitest's
  interface Assertion<T = any> extends JournalMatchers {}
}

expect.extend(JOURNAL_MATCHERS)
