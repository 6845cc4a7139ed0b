import { expect, it } from 'vitest'
import { CLOCK } from '../../src/client/read-policy.js'

it("the client's clock is monotonic, knows the date, and waits no longer than its signal", async () => {
  expect(CLOCK.now()).toBeLessThanOrEqual(CLOCK.now())
  expect(Math.abs(CLOCK.date() - Date.now())).toBeLessThan(1000)
  const aborted = AbortSignal.abort(new Error('aborted'))
  await expect(CLOCK.wait(60_000, aborted)).rejects.toThrow('aborted')
})
