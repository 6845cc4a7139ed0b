import { expect, it } from 'vitest'
import { fileLog } from '../../../src/stream-log/file/file-log.js'

it.each([
  ['', {}],
  [5, {}],
  ['/tmp/x', { fsync: 'sometimes' }],
  ['/tmp/x', { lease: 0 }],
  ['/tmp/x', { size: 1 }],
])('refuses %j with %j', (folder, options) => {
  expect(() => fileLog(folder as string, options as object)).toThrow(
    expect.objectContaining({ code: 'BAD_SETTING' }),
  )
})
