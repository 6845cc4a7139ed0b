import { constants } from 'node:os'
import { describe, expect, it } from 'vitest'
import { sentOf, stepAfter } from '../../src/delivery/direct-send.js'

const { EAGAIN, EINTR, EINVAL, EIO, ECONNRESET, ENOTCONN, EPIPE, ETIMEDOUT } = constants.errno
const window = { position: 100, length: 8 }

describe('The next step of sending a file', () => {
  it.each([
    [8, 'send'],
    [7, 'wait for room'],
    [1, 'wait for room'],
  ] as const)('after %i of 8 bytes is: %s', (bytes, next) => {
    expect(sentOf(bytes, window)).toEqual({ bytes, next })
  })

  it.each([
    ['EAGAIN', EAGAIN, 'wait for room'],
    ['EINTR', EINTR, 'send'],
    ['EINVAL', EINVAL, 'read from disk'],
  ] as const)('after the error %s (%i) is: %s', (_name, errno, next) => {
    expect(stepAfter(errno, window)).toEqual({ bytes: 0, next })
  })

  it.each([
    ['EPIPE', EPIPE, 'CLIENT_GONE'],
    ['ECONNRESET', ECONNRESET, 'CLIENT_GONE'],
    ['ENOTCONN', ENOTCONN, 'CLIENT_GONE'],
    ['ETIMEDOUT', ETIMEDOUT, 'CLIENT_GONE'],
    ['EIO', EIO, 'SOURCE_FAILED'],
  ])('after the error %s (%i) is the error %s', (name, errno, code) => {
    expect(() => stepAfter(errno, window)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(name) }),
    )
  })
})
