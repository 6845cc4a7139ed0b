import { once } from 'node:events'
import { renameSync } from 'node:fs'
import { createServer } from 'node:net'
import { codedClip } from '../../fixture/coded-clip/coded-clip.js'
import { Folder } from '../../fixture/files.js'
import { Server } from '../../fixture/process.js'
import { PAGES } from './pages.js'

/** Bytes a second of a clip (its frames have 5,000 bytes each) … */
export const CLIP_RATE = 125_000
/** … and of the server: a browser has received only a few seconds more than it has played. */
const SERVER_RATE = 1.2 * CLIP_RATE

/** A rule of the fault layer, as its HTTP API takes it. */
export interface FaultRule {
  readonly id: string
  readonly fault: Readonly<Record<string, unknown>>
  readonly times?: number
}

/** How a file gets its next version: other bytes of the same length, or another file of another length. */
export type Change = 'rewrite' | 'replace'

const FRAMES: Readonly<Record<Change, { readonly frameBytes?: number }>> = {
  rewrite: {},
  replace: { frameBytes: 5_600 },
}

/** `lastbyte serve` with the pages and clip.mp4, on one port that it has again after each start. */
export class Origin implements AsyncDisposable {
  readonly #folder = new Folder(PAGES)
  #server: Server | undefined
  #version = 1

  private constructor(
    private readonly port: number,
    private readonly seconds: number,
  ) {}

  /**
   * @param seconds of the clip
   * @param changes its next versions, which are made now: later, a busy machine would take longer than the clip plays
   */
  static async start(seconds: number, changes: readonly Change[]): Promise<Origin> {
    const origin = new Origin(await quietPort(), seconds)
    await origin.#write('clip.mp4', {})
    for (const [index, how] of changes.entries()) {
      await codedClip({ seconds, version: index + 2, ...FRAMES[how] })
    }
    await origin.start()
    return origin
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  async start(): Promise<void> {
    const faults = ['--faults', '--fault-access', 'local', '--fault-seed', '1']
    const options = ['--port', String(this.port), '--rate', String(SERVER_RATE), ...faults]
    this.#server = await Server.start([this.#folder.path, ...options])
  }

  /** The process dies without a goodbye, as by the kernel for want of memory. */
  async kill(): Promise<void> {
    this.#server?.child.kill('SIGKILL')
    await this.#server?.exit
  }

  /** The kernel goes on to accept connections, and nothing is sent, as by a machine that hangs. */
  freeze(): void {
    this.#server?.child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#server?.child.kill('SIGCONT')
  }

  /** Rules are forgotten by a kill. */
  async arm({ id, fault, times }: FaultRule): Promise<void> {
    const rule = { id, fault, match: { path: '/clip.mp4' }, ...(times !== undefined && { times }) }
    await this.#faults('POST', '/-/faults', JSON.stringify(rule))
  }

  /** A rule that a kill has removed is no error. */
  async disarm(id: string): Promise<void> {
    await this.#faults('DELETE', `/-/faults/${id}`)
  }

  async change(how: Change): Promise<void> {
    this.#version += 1
    if (how === 'rewrite') return this.#write('clip.mp4', FRAMES.rewrite)
    await this.#write('.next.mp4', FRAMES.replace)
    renameSync(this.#folder.at('.next.mp4'), this.#folder.at('clip.mp4'))
  }

  async #write(name: string, frames: { readonly frameBytes?: number }): Promise<void> {
    const clip = { seconds: this.seconds, version: this.#version, ...frames }
    this.#folder.write(name, await codedClip(clip))
  }

  async #faults(method: string, path: string, body?: string): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(new URL(path, this.url), {
      method,
      ...(body !== undefined && { body, headers }),
    })
    const text = await response.text()
    if (!response.ok && response.status !== 404)
      throw new Error(`${method} ${path}: ${response.status} ${text}`)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.thaw()
    await this.#server?.[Symbol.asyncDispose]()
    this.#folder[Symbol.dispose]()
  }
}

/**
 * A free port below those that the kernel gives to clients: while the server is dead, no connection of another
 * program may take it.
 */
async function quietPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const server = createServer().listen(port, '127.0.0.1')
    try {
      await once(server, 'listening')
    } catch {
      continue
    }
    server.close()
    await once(server, 'close')
    return port
  }
}
