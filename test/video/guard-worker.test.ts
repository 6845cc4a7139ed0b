import { describe, expect, it, vi } from 'vitest'
import { GuardWorker } from '../../src/video/guard-worker.js'
import { pinOf } from '../../src/video/pinned-url.js'
import type { RegisteredWorker } from '../../src/video/register-worker.js'
import type { WorkerMessage } from '../../src/video/worker-message.js'

const FILM = 'http://a/f.mp4'
const DATE = 'Mon, 01 Jun 2026 10:00:00 GMT'

/** A guard's worker after the registration has settled. */
async function scene(kind: RegisteredWorker['kind'], retryFor = 60_000) {
  const retry = vi.fn()
  const stopped = vi.fn()
  const listener = { ready: vi.fn(), message: vi.fn() }
  let post = (_message: WorkerMessage) => {}
  const registered: RegisteredWorker =
    kind === 'unavailable'
      ? { kind, reason: 'no HTTPS' }
      : {
          kind,
          retry,
          onMessage: (callback) => {
            post = callback
            return stopped
          },
        }
  const settled = Promise.resolve(registered)
  const worker = new GuardWorker(settled, { retryFor, stall: 5_000 }, listener)
  await settled
  return { worker, retry, stopped, listener, post: (message: WorkerMessage) => post(message) }
}

describe('GuardWorker', () => {
  it('tells when it is there, and passes messages on until it is released', async () => {
    const { worker, listener, post, stopped } = await scene('controlling')
    expect(worker.isReady).toBe(true)
    expect(listener.ready).toHaveBeenCalledOnce()
    const message: WorkerMessage = { lastbyte: 1, url: FILM, read: '1', kind: 'closed' }
    post(message)
    expect(listener.message).toHaveBeenCalledExactlyOnceWith(message)
    worker.release()
    expect(stopped).toHaveBeenCalledOnce()
  })

  it('writes the version and the times of the guard into the URL', async () => {
    const { worker } = await scene('controlling')
    const url = worker.urlOf(`${FILM}#t=9`, {
      etag: '"1"',
      size: 9,
      modified: DATE,
      type: 'video/mp4',
    })
    expect(url).toMatch(/^http:\/\/a\/f\.mp4#t=9&lastbyte=/)
    expect(pinOf(url)).toEqual({
      size: 9,
      etag: '"1"',
      lastModified: DATE,
      type: 'video/mp4',
      ranges: undefined,
      retryFor: 60_000,
      stall: 5_000,
    })
    expect(worker.urlOf(url, { etag: '"1"', size: 9, modified: DATE, type: 'video/mp4' })).toBe(url)
  })

  it('leaves the time of the worker where the guard tries for ever', async () => {
    const { worker } = await scene('controlling', Number.POSITIVE_INFINITY)
    expect(pinOf(worker.urlOf(FILM, { etag: '"1"', size: 9 }))?.retryFor).toBeUndefined()
  })

  it.each([
    ['has a date alone', { modified: DATE, size: 9 }, true],
    ['has the date of this minute alone', { modified: new Date().toUTCString(), size: 9 }, false],
    ['has the placeholder of a date', { modified: new Date(0).toUTCString(), size: 9 }, false],
    ['has a date that is none', { modified: 'yesterday', size: 9 }, false],
    ['has a weak tag', { etag: 'W/"1"', modified: DATE, size: 9 }, false],
    ['has no size', { etag: '"1"' }, false],
    ['is not known', undefined, false],
  ])('pins a version that %s: %s', async (_, version, pins) => {
    const { worker } = await scene('controlling')
    expect(worker.urlOf(FILM, version) !== FILM).toBe(pins)
  })

  it('pins nothing and asks nobody where no worker is there', async () => {
    const { worker, listener } = await scene('unavailable')
    expect(worker.isReady).toBe(false)
    expect(listener.ready).not.toHaveBeenCalled()
    expect(worker.urlOf(FILM, { etag: '"1"', size: 9 })).toBe(FILM)
    worker.retry()
    worker.release()
  })

  it('asks the worker to go on', async () => {
    const { worker, retry } = await scene('controlling')
    worker.retry()
    expect(retry).toHaveBeenCalledOnce()
  })

  it('listens to no worker that comes after the release', async () => {
    const listener = { ready: vi.fn(), message: vi.fn() }
    const registered = Promise.resolve<RegisteredWorker>({
      kind: 'controlling',
      retry: () => {},
      onMessage: () => () => {},
    })
    new GuardWorker(registered, { retryFor: 1, stall: 1 }, listener).release()
    await registered
    expect(listener.ready).not.toHaveBeenCalled()
  })
})
