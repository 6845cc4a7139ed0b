import { expect, it } from 'vitest'
import { COPYING, TRUSTING_GUARDS } from '../../src/delivery/send-guard.js'

it('The guard of zeroCopy: always permits every page, and a failure is not delayed', async () => {
  const guard = TRUSTING_GUARDS.open({} as never)
  expect(TRUSTING_GUARDS.accepts({} as never, {} as never)).toBe(true)
  guard.acknowledged()
  await guard.abandon()
  expect(guard.permission()).toBe('queue')
  const ended = guard.ended.then(() => 'ended')
  expect(await Promise.race([ended, Promise.resolve('permitted')])).toBe('permitted')
})

it('The guard of a file that cannot be protected permits no page, and nothing waits for it', async () => {
  expect(COPYING.permission()).toBe('copy')
  await COPYING.ended
  COPYING.acknowledged()
  await COPYING.abandon()
})
