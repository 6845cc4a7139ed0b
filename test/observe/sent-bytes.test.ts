import { expect, it } from 'vitest'
import { countBody } from '../../src/observe/sent-bytes.js'

function response({ endWrites = false } = {}) {
  const written: unknown[] = []
  const fake = {
    writableLength: 0,
    write: (chunk: unknown, ..._others: unknown[]) => {
      written.push(chunk)
      return true
    },
    end: (chunk?: unknown, ...others: unknown[]) => {
      if (chunk === undefined || typeof chunk === 'function') return fake
      if (endWrites) fake.write(chunk, ...others)
      else written.push(chunk)
      return fake
    },
  }
  return { fake, written }
}

it.each([true, false])(
  'countBody counts bytes and text, once each (end calls write: %s)',
  (endWrites) => {
    const { fake, written } = response({ endWrites })
    const count = countBody(fake)
    fake.write(Buffer.alloc(10))
    fake.write('äö')
    fake.write('ff00', 'hex')
    fake.end('end')
    expect(count()).toBe(10 + 4 + 2 + 3)
    expect(written).toHaveLength(4)
  },
)

it('countBody takes an end without a chunk, and one with a callback alone', () => {
  const { fake } = response()
  const count = countBody(fake)
  fake.end()
  fake.end(() => {})
  expect(count()).toBe(0)
})

it('countBody leaves out what the connection has not taken', () => {
  const { fake } = response()
  const count = countBody(fake)
  fake.write('x'.repeat(100))
  fake.writableLength = 60
  expect(count()).toBe(40)
  // A header section that waits is no part of the body.
  fake.writableLength = 160
  expect(count()).toBe(0)
})
