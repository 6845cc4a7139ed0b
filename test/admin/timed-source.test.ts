import { expect, it } from 'vitest'
import { timedSource } from '../../src/admin/timed-source.js'
import type { ByteSource } from '../../src/source/byte-source.js'

const never = (signal: AbortSignal) =>
  new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })

it('timedSource ends an open and a listing that take too long', async () => {
  const source: ByteSource = {
    open: (_key, _request, signal) => never(signal),
    list: (_key, signal) => never(signal),
  }
  const timed = timedSource(source, 1)
  const { signal } = new AbortController()
  const error = { code: 'SOURCE_TIMEOUT', facts: { sourceTimeout: 1 } }
  await expect(timed.open('a', { method: 'GET' }, signal)).rejects.toMatchObject(error)
  await expect(timed.list?.('', signal)).rejects.toMatchObject(error)
})

it('timedSource passes on what a source finds, and has no listing where the source has none', async () => {
  const source: ByteSource = { open: async () => ({ kind: 'absent' }) }
  const timed = timedSource(source, 1000)
  const { signal } = new AbortController()
  expect(await timed.open('a', { method: 'GET' }, signal)).toEqual({ kind: 'absent' })
  expect(timed.list).toBeUndefined()
})
