import { KeepAlive } from './keep-alive.js'
import { type PageMessage, type WorkerMessage, workerMessageOf } from './worker-message.js'

/** The part of `navigator.serviceWorker` that the registration uses. */
export interface WorkerContainer extends EventTarget {
  readonly controller: WorkerTarget | null
  register(
    script: string,
    options: { readonly scope: string; readonly updateViaCache: 'none' },
  ): Promise<WorkerRegistration>
  getRegistration(page: string): Promise<WorkerRegistration | undefined>
  startMessages(): void
}

interface WorkerTarget {
  readonly scriptURL: string
  postMessage(message: PageMessage, transfer?: Transferable[]): void
}

interface WorkerRegistration {
  readonly scope: string
  readonly active: WorkerTarget | null
  readonly installing?: WorkerTarget | null
  readonly waiting?: WorkerTarget | null
}

/** Where the worker is, and the page that it is for. */
export interface RegistrationOptions {
  /** The URL of the worker script, of the origin of the page. */
  readonly script: string
  /** The URL of the page. */
  readonly page: string
  /** `navigator.vendor`. */
  readonly vendor: string
  /** ms until the worker must control the page. Default 10,000. */
  readonly within?: number
}

/** Whether a worker answers the media requests of a page. */
export type RegisteredWorker =
  | {
      readonly kind: 'controlling'
      /** Ends the worker's waits for the next attempt, and lets failed reads be tried again. */
      retry(): void
      /** Calls a listener with the messages about reads, until the returned function is called. */
      onMessage(listener: (message: WorkerMessage) => void): () => void
    }
  /** `reason`: for people and logs. */
  | { readonly kind: 'unavailable'; readonly reason: string }

const WITHIN = 10_000

/**
 * The URL of the worker script of a server, from the URL of a script beside its pages: `../worker.js` of
 * `/films/-/assets/guard.js`. undefined for a script that an application has bundled or hosts itself.
 */
export function workerBeside(module: string): string | undefined {
  return /\/-\/assets\/[^/?#]*([?#].*)?$/.test(module)
    ? new URL('../worker.js', module).href
    : undefined
}

/**
 * Lets the worker control the page, so that it answers the requests of media elements whose source is set from
 * then on. Never rejects, and never replaces a worker of the application: such a page has no other guard than the
 * one in the page, unless the application's worker imports `lastbyte/video/worker.js`.
 */
export async function registerWorker(
  container: () => WorkerContainer | undefined,
  options: RegistrationOptions,
): Promise<RegisteredWorker> {
  const { within = WITHIN } = options
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Error(`it does not control the page after ${within} ms`)),
      within,
    )
  })
  try {
    // Measured (WebKitGTK 2.50): a seek never ends in a response of a worker, even one that it passes on.
    if (/^Apple/.test(options.vendor)) throw new Error('WebKit does not seek in its responses')
    // Reading it throws in a sandboxed frame. It is absent without HTTPS, and in some private windows.
    const workers = container()
    if (workers === undefined)
      throw new Error('the browser offers none here (no HTTPS, or a private window)')
    await Promise.race([takeControl(workers, options), late])
    return controlling(workers)
  } catch (error) {
    return { kind: 'unavailable', reason: `no service worker: ${(error as Error).message}` }
  } finally {
    clearTimeout(timer)
  }
}

async function takeControl(
  workers: WorkerContainer,
  { script, page }: RegistrationOptions,
): Promise<void> {
  const present = await workers.getRegistration(page)
  const other = [workers.controller, present?.active, present?.waiting, present?.installing].find(
    (worker) => worker && worker.scriptURL !== script,
  )
  if (other) {
    // A worker of the application that imports this one answers like it.
    if (workers.controller === null || !(await isOurs(workers.controller))) {
      throw new Error(`${other.scriptURL} controls the pages of ${present?.scope ?? page}`)
    }
    return
  }
  const scope = scopeOf(script)
  if (!page.startsWith(scope)) {
    throw new Error(`${script} may control pages below ${scope} only, not ${page}`)
  }
  // Also where it is registered: the browser then looks for a newer script.
  const { active } = await workers.register(script, { scope, updateViaCache: 'none' })
  // A page that was loaded again past all caches is not controlled until its worker claims it.
  active?.postMessage({ lastbyte: 1, kind: 'claim' })
  while (workers.controller === null) await changeOf(workers)
}

/** `/films/` for `/films/-/worker.js`, which the server permits by Service-Worker-Allowed. */
function scopeOf(script: string): string {
  return new URL(/\/-\/[^/]*$/.test(new URL(script).pathname) ? '../' : './', script).href
}

function isOurs(worker: WorkerTarget): Promise<boolean> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    const timer = setTimeout(() => settle(false), 2_000)
    const settle = (answered: boolean) => {
      clearTimeout(timer)
      port1.close()
      resolve(answered)
    }
    port1.onmessage = () => settle(true)
    worker.postMessage({ lastbyte: 1, kind: 'claim' }, [port2])
  })
}

function changeOf(workers: WorkerContainer): Promise<void> {
  return new Promise((resolve) => {
    workers.addEventListener('controllerchange', () => resolve(), { once: true })
  })
}

function controlling(workers: WorkerContainer): RegisteredWorker {
  const post = (message: PageMessage) => workers.controller?.postMessage(message)
  const keeper = new KeepAlive(post, () => performance.now())
  const controlling: RegisteredWorker = {
    kind: 'controlling',
    retry: () => post({ lastbyte: 1, kind: 'retry' }),
    onMessage(listener) {
      const onMessage = (event: Event) => {
        const message = workerMessageOf((event as MessageEvent).data)
        if (message !== undefined) listener(message)
      }
      workers.addEventListener('message', onMessage)
      workers.startMessages()
      return () => workers.removeEventListener('message', onMessage)
    },
  }
  controlling.onMessage((message) => keeper.onMessage(message))
  return controlling
}
