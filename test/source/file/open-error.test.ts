import { describe, expect, it } from 'vitest'
import { judgeOpenError } from '../../../src/source/file/open-error.js'

const failure = (code: string) => Object.assign(new Error(`${code}: open`), { code })

describe('judgeOpenError', () => {
  it.each([
    ['ENOENT', 'absent'],
    ['ENOTDIR', 'absent'],
    ['ENAMETOOLONG', 'absent'],
    ['EACCES', 'refused'],
    ['EPERM', 'refused'],
    ['ELOOP', 'refused'],
    ['ENXIO', 'refused'],
    ['ENODEV', 'refused'],
    ['EOPNOTSUPP', 'refused'],
  ])('reads %s as a key that is %s', (code, kind) => {
    expect(judgeOpenError(failure(code)).kind).toBe(kind)
  })

  it.each([
    ['EMFILE', 'SOURCE_BUSY'],
    ['ENFILE', 'SOURCE_BUSY'],
    ['ENOMEM', 'SOURCE_BUSY'],
    ['EAGAIN', 'SOURCE_BUSY'],
    ['EIO', 'SOURCE_FAILED'],
    ['ESTALE', 'SOURCE_FAILED'],
  ])('throws for %s the error %s with its cause', (errno, code) => {
    const cause = failure(errno)
    const message = `Cannot open file: ${errno}: open`
    expect(() => judgeOpenError(cause)).toThrow(expect.objectContaining({ code, message, cause }))
  })
})
