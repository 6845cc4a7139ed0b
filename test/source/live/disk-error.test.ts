import { expect, it } from 'vitest'
import { diskError } from '../../../src/source/live/disk-error.js'

it('diskError has the action, the path and the code of the system', () => {
  const cause = Object.assign(new Error('no space left'), { code: 'ENOSPC' })
  const error = diskError('append to', '/f', cause)
  expect(error).toMatchObject({ code: 'DISK_FAILED', facts: { path: '/f', code: 'ENOSPC' }, cause })
  expect(error.message).toBe('Cannot append to /f: no space left')
})
