import { expect as playwrightExpect, test as playwrightTest } from '@playwright/test'
import { JOURNAL_MATCHERS } from './expectations/matchers.js'
import type { FaultListener, FaultScope } from './fault-scope.js'
import { type FaultServerOptions, faultServer } from './fault-server.js'

/**
 * The fixtures of one test.
 *
 * @example
 * ```ts
 * import type { ScopeFixtures } from 'lastbyte/testing/playwright'
 *
 * export const filmOf = ({ faultScope }: ScopeFixtures) => `${faultScope.url}/bytes/1048576`
 * ```
 */
export interface ScopeFixtures {
  /** A scope of the worker's server, which ends with the test. */
  readonly faultScope: FaultScope
}

/**
 * The fixtures of one worker.
 *
 * @example
 * ```ts
 * import type { ServerFixtures } from 'lastbyte/testing/playwright'
 *
 * export const use: Pick<ServerFixtures, 'faultServerOptions'> = { faultServerOptions: { root: 'media' } }
 * ```
 */
export interface ServerFixtures {
  /** The options of the server, for `use` of the configuration or `test.use`. Default: none. */
  readonly faultServerOptions: FaultServerOptions
  /** The server of the worker. */
  readonly faultServer: FaultListener
}

/**
 * `test` of @playwright/test with the fixtures `faultScope`, `faultServer` and `faultServerOptions`.
 *
 * @example
 * ```ts
 * import { expect, test } from 'lastbyte/testing/playwright'
 *
 * export const define = () =>
 *   test('a page shows an error when the film is cut', async ({ page, faultScope }) => {
 *     faultScope.faults.arm({ fault: { kind: 'truncate', at: 1000 } })
 *     await page.goto(`${faultScope.url}/bytes/5000`)
 *     expect(faultScope.journal).toHaveRequestedTimes(1, { path: '/bytes/5000' })
 *   })
 * ```
 */
export const test = playwrightTest.extend<ScopeFixtures, ServerFixtures>({
  faultServerOptions: [{}, { scope: 'worker', option: true }],
  faultServer: [
    async ({ faultServerOptions }, use) => {
      const server = await faultServer(faultServerOptions)
      await use(server)
      await server.close()
    },
    { scope: 'worker' },
  ],
  faultScope: async ({ faultServer }, use) => {
    const scope = await faultServer.scope()
    await use(scope)
    await scope.close()
  },
})

/**
 * `expect` of @playwright/test with the matchers of `JournalMatchers`.
 *
 * @example
 * ```ts
 * import type { RequestJournal } from 'lastbyte/testing'
 * import { expect } from 'lastbyte/testing/playwright'
 *
 * export const verify = (journal: RequestJournal) => expect(journal).toHaveNoOverlap()
 * ```
 */
export const expect = playwrightExpect.extend(JOURNAL_MATCHERS)
