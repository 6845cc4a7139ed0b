import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  type RegistrationOptions,
  registerWorker,
  type WorkerContainer,
  workerBeside,
} from '../../src/video/register-worker.js'
import type { PageMessage } from '../../src/video/worker-message.js'

const SITE = 'https://host.test'
const SCRIPT = `${SITE}/films/-/worker.js`
const OPTIONS: RegistrationOptions = {
  script: SCRIPT,
  page: `${SITE}/films/a.html`,
  vendor: 'Google Inc.',
  within: 50,
}

/** A worker that claims pages when it is asked to, or does not know the message. */
class FakeWorker {
  readonly messages: PageMessage[] = []

  constructor(
    readonly scriptURL: string,
    private readonly onClaim?: (port: MessagePort | undefined) => void,
  ) {}

  postMessage(message: PageMessage, [port]: Transferable[] = []): void {
    this.messages.push(message)
    if (message.kind === 'claim') this.onClaim?.(port as MessagePort | undefined)
  }
}

class FakeContainer extends EventTarget implements WorkerContainer {
  controller: FakeWorker | null = null
  registered: { script: string; scope: string; updateViaCache: string } | undefined
  present: { scope: string; active: FakeWorker | null } | undefined
  failure: Error | undefined
  /** What follows a registration. */
  onRegister: () => void = () => {}
  startMessages = vi.fn()

  async register(script: string, options: { scope: string; updateViaCache: 'none' }) {
    if (this.failure !== undefined) throw this.failure
    this.registered = { script, ...options }
    this.onRegister()
    return this.present ?? { scope: options.scope, active: null }
  }

  async getRegistration() {
    return this.present
  }

  /** A worker takes control, as by `clients.claim()`. */
  control(worker: FakeWorker): void {
    this.controller = worker
    this.dispatchEvent(new Event('controllerchange'))
  }
}

afterEach(() => vi.useRealTimers())

describe('The registration of the worker', () => {
  it('resolves once the worker controls the page, for the folder above `-/`', async () => {
    const workers = new FakeContainer()
    workers.onRegister = () => queueMicrotask(() => workers.control(new FakeWorker(SCRIPT)))
    const { kind } = await registerWorker(() => workers, OPTIONS)
    expect(kind).toBe('controlling')
    expect(workers.registered).toEqual({
      script: SCRIPT,
      scope: `${SITE}/films/`,
      updateViaCache: 'none',
    })
  })

  it('is for the folder of a script that an application hosts', async () => {
    const workers = new FakeContainer()
    workers.onRegister = () => workers.control(new FakeWorker(`${SITE}/worker.js`))
    const options = { ...OPTIONS, script: `${SITE}/worker.js` }
    expect((await registerWorker(() => workers, options)).kind).toBe('controlling')
    expect(workers.registered?.scope).toBe(`${SITE}/`)
  })

  it('asks an active worker to claim a page that was loaded past all caches', async () => {
    const workers = new FakeContainer()
    const active = new FakeWorker(SCRIPT, () => workers.control(active))
    workers.present = { scope: `${SITE}/films/`, active }
    expect((await registerWorker(() => workers, OPTIONS)).kind).toBe('controlling')
    expect(active.messages).toEqual([{ lastbyte: 1, kind: 'claim' }])
  })

  it('registers again in a page that is controlled, so that the browser looks for a newer script', async () => {
    const workers = new FakeContainer()
    workers.controller = new FakeWorker(SCRIPT)
    expect((await registerWorker(() => workers, OPTIONS)).kind).toBe('controlling')
    expect(workers.registered?.script).toBe(SCRIPT)
  })

  it('leaves the worker of an application in place', async () => {
    const workers = new FakeContainer()
    const active = new FakeWorker(`${SITE}/app-worker.js`)
    workers.present = { scope: `${SITE}/`, active }
    const result = await registerWorker(() => workers, OPTIONS)
    expect(result).toEqual({
      kind: 'unavailable',
      reason: `no service worker: ${SITE}/app-worker.js controls the pages of ${SITE}/`,
    })
    expect(workers.registered).toBe(undefined)
  })

  it('leaves the worker of an application in place that does not know its message', async () => {
    vi.useFakeTimers()
    const workers = new FakeContainer()
    workers.controller = new FakeWorker(`${SITE}/app-worker.js`)
    const result = registerWorker(() => workers, { ...OPTIONS, within: 10_000 })
    await vi.advanceTimersByTimeAsync(3_000)
    expect((await result).kind).toBe('unavailable')
    expect(workers.registered).toBe(undefined)
  })

  it('uses the worker of an application that imports this one', async () => {
    const workers = new FakeContainer()
    workers.controller = new FakeWorker(`${SITE}/app-worker.js`, (port) =>
      port?.postMessage('here'),
    )
    const { kind } = await registerWorker(() => workers, { ...OPTIONS, within: 1_000 })
    expect(kind).toBe('controlling')
    expect(workers.registered).toBe(undefined)
  })

  it.each([
    ['the browser has none', () => undefined, 'the browser offers none here'],
    [
      'the frame is sandboxed',
      () => {
        throw new DOMException('The operation is insecure', 'SecurityError')
      },
      'The operation is insecure',
    ],
  ])('reports that it is unavailable where %s', async (_where, container, reason) => {
    const result = await registerWorker(container, OPTIONS)
    expect(result.kind === 'unavailable' && result.reason).toContain(reason)
  })

  it('reports that it is unavailable where the script is missing or not permitted', async () => {
    const workers = new FakeContainer()
    workers.failure = new TypeError('a bad HTTP response code (404)')
    const result = await registerWorker(() => workers, OPTIONS)
    expect(result.kind === 'unavailable' && result.reason).toContain('404')
  })

  it('reports that it is unavailable where the worker never controls the page', async () => {
    const result = await registerWorker(() => new FakeContainer(), OPTIONS)
    expect(result.kind === 'unavailable' && result.reason).toContain('after 50 ms')
  })

  it('reports that it is unavailable where the server accepts no connection for the script', async () => {
    const workers = new FakeContainer()
    workers.register = () => new Promise(() => {})
    const result = await registerWorker(() => workers, OPTIONS)
    expect(result.kind).toBe('unavailable')
  })

  it('reports that it is unavailable for a page outside of its scope, without a registration', async () => {
    const workers = new FakeContainer()
    const result = await registerWorker(() => workers, { ...OPTIONS, page: `${SITE}/other.html` })
    expect(result.kind === 'unavailable' && result.reason).toContain(`below ${SITE}/films/ only`)
    expect(workers.registered).toBe(undefined)
  })

  it('reports that it is unavailable in WebKit, which does not seek in responses of a worker', async () => {
    const workers = new FakeContainer()
    const options = { ...OPTIONS, vendor: 'Apple Computer, Inc.' }
    const result = await registerWorker(() => workers, options)
    expect(result.kind === 'unavailable' && result.reason).toContain('WebKit')
  })

  it('passes messages about reads to listeners until they are removed, and no others', async () => {
    const workers = new FakeContainer()
    const worker = new FakeWorker(SCRIPT)
    workers.controller = worker
    const registered = await registerWorker(() => workers, OPTIONS)
    if (registered.kind !== 'controlling') throw new Error(registered.reason)
    const listener = vi.fn()
    const remove = registered.onMessage(listener)
    const message = { lastbyte: 1, url: '/f', read: 'a', kind: 'closed' }
    workers.dispatchEvent(new MessageEvent('message', { data: 'of another script' }))
    workers.dispatchEvent(new MessageEvent('message', { data: message }))
    remove()
    workers.dispatchEvent(new MessageEvent('message', { data: message }))
    expect(listener.mock.calls).toEqual([[message]])
    expect(workers.startMessages).toHaveBeenCalled()
    registered.retry()
    expect(worker.messages.at(-1)).toEqual({ lastbyte: 1, kind: 'retry' })
  })
})

describe('A controlling worker', () => {
  it('is kept alive while it retries', async () => {
    vi.useFakeTimers()
    const workers = new FakeContainer()
    const worker = new FakeWorker(SCRIPT)
    workers.controller = worker
    expect((await registerWorker(() => workers, OPTIONS)).kind).toBe('controlling')
    const event = { kind: 'interrupted', offset: 0, reason: 'x', wait: 1_000, tries: 1 }
    const data = { lastbyte: 1, url: '/f', read: 'a', ...event }
    workers.dispatchEvent(new MessageEvent('message', { data }))
    vi.advanceTimersByTime(10_000)
    expect(worker.messages.at(-1)).toEqual({ lastbyte: 1, kind: 'ping' })
  })
})

describe('The worker beside a script of a server', () => {
  it.each([
    [`${SITE}/-/assets/guard.js`, `${SITE}/-/worker.js`],
    [`${SITE}/films/-/assets/player.js?v=1`, `${SITE}/films/-/worker.js`],
    [`${SITE}/assets/app-3f2a.js`, undefined],
    [`${SITE}/node_modules/lastbyte/dist/video/index.js`, undefined],
    ['file:///app/index.js', undefined],
  ])('of %s is %s', (module, worker) => {
    expect(workerBeside(module)).toBe(worker)
  })
})
