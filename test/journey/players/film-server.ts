import { setTimeout as delay } from 'node:timers/promises'
import { Server } from '../../fixture/process.js'

/** `lastbyte serve` for pages of any origin, which fails when a test wants it. */
export class FilmServer implements AsyncDisposable {
  private constructor(
    private readonly args: readonly string[],
    private server: Server,
  ) {}

  /** @param rate bytes a second of all responses together */
  static async start(folder: string, port: number, rate: number): Promise<FilmServer> {
    const faults = ['--faults', '--fault-access', 'local']
    const limits = ['--rate', String(rate), '--port', String(port)]
    const args = [folder, '--cors', '*', ...faults, ...limits]
    return new FilmServer(args, await Server.start(args))
  }

  get url(): string {
    return this.server.url
  }

  /** Is killed, and comes back on its port after so many ms. */
  async isDeadFor(ms: number): Promise<void> {
    this.server.child.kill('SIGKILL')
    await this.server.exit
    await delay(ms)
    this.server = await Server.start(this.args)
  }

  /** Injects a fault into each response for so many ms. */
  async injects(fault: object, ms: number): Promise<void> {
    const headers = { 'Content-Type': 'application/json' }
    const rule = { headers, method: 'POST', body: JSON.stringify({ fault }) }
    const { status } = await fetch(`${this.url}/-/faults`, rule)
    if (status !== 201) throw new Error(`the fault was refused with ${status}`)
    await delay(ms)
    await fetch(`${this.url}/-/faults`, { method: 'DELETE' })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]()
  }
}
