import { describe, expect, it } from 'vitest'
import {
  diskOperation,
  diskOperationIfPresent,
} from '../../../src/client/download/disk-operation.js'

const failing = (code: string) =>
  Promise.reject(Object.assign(new Error(`${code}: injected`), { code }))

describe.each([
  ['diskOperation', diskOperation],
  ['diskOperationIfPresent', diskOperationIfPresent],
])('%s', (_name, operate) => {
  it('resolves with the value of the operation', async () => {
    expect(await operate('read', '/f', Promise.resolve(7))).toBe(7)
  })

  it.each(['ENOSPC', 'EIO', 'EACCES', 'EROFS', 'EMFILE', 'ENAMETOOLONG', 'EXDEV'])(
    'throws DISK_FAILED with action, path and cause for %s',
    async (code) => {
      await expect(operate('rename', '/dir/f', failing(code))).rejects.toMatchObject({
        code: 'DISK_FAILED',
        message: `Cannot rename /dir/f: ${code}: injected`,
        facts: { path: '/dir/f', code },
        cause: { code },
      })
    },
  )
})

describe('a path that is absent', () => {
  it('is a failure of diskOperation', async () => {
    await expect(diskOperation('open', '/f', failing('ENOENT'))).rejects.toMatchObject({
      code: 'DISK_FAILED',
      facts: { code: 'ENOENT' },
    })
  })

  it('is undefined for diskOperationIfPresent', async () => {
    expect(await diskOperationIfPresent('open', '/f', failing('ENOENT'))).toBeUndefined()
  })
})
