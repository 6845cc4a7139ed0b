import { expect, it } from 'vitest'
import { MemoryStream } from '../../../src/stream-log/memory/memory-stream.js'

function newStream(options: { maxStreamBytes?: number; maxAge?: number } = {}) {
  let bytes = 0
  let now = 0
  const stream = new MemoryStream('a', {
    maxAge: options.maxAge ?? 1_000,
    maxStreamBytes: options.maxStreamBytes ?? 100_000,
    now: () => now,
    count: (change) => {
      bytes += change
    },
    grown: () => {},
  })
  const pass = (ms: number) => {
    now += ms
  }
  return { stream, pass, bytes: () => bytes }
}
const EVENT = { text: 'data: x\n\n', own: undefined }

it('counts its bytes with its log, also those that it drops', async () => {
  const { stream, pass, bytes } = newStream()
  const { producer } = stream.claim()
  await producer.append([EVENT, EVENT])
  expect(bytes()).toBe(stream.bytes)
  expect(bytes()).toBeGreaterThan(0)
  pass(1_001)
  stream.trim()
  expect([bytes(), stream.bytes]).toEqual([0, 0])
})

it('is idle from the time at which its producer gave it up', async () => {
  const { stream, pass } = newStream()
  const { producer } = stream.claim()
  expect(stream.idleSince).toBeUndefined()
  pass(7)
  await producer.pause(undefined)
  pass(7)
  expect(stream.idleSince).toBe(7)
})

it('ends its readers with a gap when it is removed, and fences its producer', async () => {
  const { stream } = newStream()
  const { producer } = stream.claim()
  const reading = stream.open(undefined).read()
  stream.remove()
  await expect(reading).rejects.toThrow(
    expect.objectContaining({ code: 'GAP', facts: { id: undefined, reason: 'absent' } }),
  )
  await expect(producer.append([EVENT])).rejects.toThrow(
    expect.objectContaining({ code: 'FENCED' }),
  )
})
