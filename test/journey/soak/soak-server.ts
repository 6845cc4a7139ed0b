import { once } from 'node:events'
import { RunningProcess } from '../../fixture/process.js'

/** The use of resources of the server's process, after a collection of garbage. */
export interface Usage {
  /** Transfers in the registries. */
  readonly running: number
  /** What each descriptor is of: `socket`, `anon_inode:[eventpoll]`, a path. */
  readonly descriptors: readonly string[]
  /** Bytes of the heap and of buffers. */
  readonly memory: number
  /** Bytes. */
  readonly rss: number
}

/** The ports of the server: HTTP/1.1, and TLS with HTTP/1.1 and HTTP/2. */
export interface Ports {
  readonly plain: number
  readonly secure: number
}

/** The server of the soak as a process. Disposing of it fails where an error was not handled in it. */
export class SoakServer implements AsyncDisposable {
  private constructor(
    private readonly running: RunningProcess,
    readonly ports: Ports,
  ) {}

  static async start(root: string, seed: number): Promise<SoakServer> {
    const args = [
      '--expose-gc',
      '--import=./test/fixture/typescript/register.mjs',
      'test/journey/soak/server.ts',
    ]
    const running = new RunningProcess(process.execPath, [...args, root, String(seed)], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    })
    const [message] = await Promise.race([once(running.child, 'message'), died(running)])
    const [plain = 0, secure = 0] = message.ports
    return new SoakServer(running, { plain, secure })
  }

  /** @throws where the process has ended */
  requireLife(): void {
    if (this.running.hasEnded) throw endOf(this.running)
  }

  async usage(): Promise<Usage> {
    this.requireLife()
    this.running.child.send('usage')
    const [usage] = await Promise.race([once(this.running.child, 'message'), died(this.running)])
    return usage
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.running[Symbol.asyncDispose]()
  }
}

async function died(running: RunningProcess): Promise<never> {
  await running.exit
  throw endOf(running)
}

function endOf({ child, stdout, stderr }: RunningProcess): Error {
  const how = child.signalCode ?? `exit code ${child.exitCode}`
  return new Error(`the server has ended with ${how}: ${stdout.slice(-500)}${stderr.slice(-3_000)}`)
}
