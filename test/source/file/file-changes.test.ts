import { describe, expect, it, vi } from 'vitest'
import { FileChanges } from '../../../src/source/file/file-changes.js'
import { Folder } from '../../fixture/files.js'

const live = new AbortController().signal
const LONG = 60_000

describe('FileChanges.next', () => {
  it.runIf(process.platform === 'linux')('resolves when the file is written to', async () => {
    using folder = new Folder({ f: '' })
    const changes = new FileChanges(folder.at('f'))
    const next = changes.next(LONG, live)
    folder.write('f', 'x')
    await expect(next).resolves.toBeUndefined()
    changes.close()
  })

  it('resolves when the signal aborts, and at once if it already has', async () => {
    using folder = new Folder({ f: '' })
    const changes = new FileChanges(folder.at('f'))
    const abort = new AbortController()
    const next = changes.next(LONG, abort.signal)
    abort.abort()
    await expect(next).resolves.toBeUndefined()
    await expect(changes.next(LONG, abort.signal)).resolves.toBeUndefined()
    changes.close()
  })

  it.each([
    ['a file without changes', 'f'],
    ['a path that cannot be watched', 'none'],
  ])('resolves after its limit for %s', async (_case, name) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      using folder = new Folder({ f: '' })
      const changes = new FileChanges(folder.at(name))
      const next = changes.next(1_000, live)
      vi.advanceTimersByTime(1_000)
      await expect(next).resolves.toBeUndefined()
      changes.close()
    } finally {
      vi.useRealTimers()
    }
  })
})
