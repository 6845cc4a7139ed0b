import { describe, expect, it, vi } from 'vitest'
import { releaseIterator } from '../../src/async/release-iterator.js'

describe('releaseIterator', () => {
  it('ends an iterator, and ignores that it fails or never settles', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    try {
      const next = () => new Promise<never>(() => {})
      const failing = { next, return: vi.fn(() => Promise.reject(new Error('failed'))) }
      const hanging = { next, return: vi.fn(() => new Promise<never>(() => {})) }
      for (const iterator of [failing, hanging]) {
        releaseIterator(iterator)
        expect(iterator.return).toHaveBeenCalledOnce()
      }
      await new Promise(setImmediate)
      expect(unhandled).not.toHaveBeenCalled()
    } finally {
      process.off('unhandledRejection', unhandled)
    }
  })

  it('does nothing for an iterator without return, and for none', () => {
    releaseIterator({ next: () => new Promise<never>(() => {}) })
    releaseIterator(undefined)
  })
})
