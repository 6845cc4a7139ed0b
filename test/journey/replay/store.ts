import { appendFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Folder } from '../../fixture/files.js'
import { RedisServer } from '../../fixture/redis-server.js'

/** Where the workers of a run log their streams. */
export interface LogStore extends AsyncDisposable {
  /** What a worker opens it by. */
  readonly options: object
  /** Ends the store as a crash does, and brings it back. `killWorkers` ends all workers. */
  crash(killWorkers: () => Promise<void>): Promise<void>
}

export type StoreKind = 'file' | 'redis'

export async function openStore(kind: StoreKind): Promise<LogStore> {
  return kind === 'file' ? new FileStore() : RedisStore.open()
}

/** Files outlive any process. A crash tears the record that was being written last. */
class FileStore implements LogStore {
  readonly #folder = new Folder({})
  readonly options = { kind: 'file', folder: this.#folder.path, fsync: 'never' }

  async crash(killWorkers: () => Promise<void>): Promise<void> {
    await killWorkers()
    for (const name of await readdir(this.#folder.path)) {
      const folder = join(this.#folder.path, name)
      const segments = (await readdir(folder)).filter((each) => each.startsWith('s')).sort()
      const last = segments.at(-1)
      // The prefix of a record of 64 bytes, and 20 of them.
      const torn = Buffer.from([64, 0, 0, 0, 1, 2, 3, 4, ...Array(20).fill(1)])
      if (last !== undefined) await appendFile(join(folder, last), torn)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#folder[Symbol.dispose]()
  }
}

/** A server that writes to the disk before it answers. */
class RedisStore implements LogStore {
  private constructor(private readonly server: RedisServer) {}

  static async open(): Promise<RedisStore> {
    return new RedisStore(await RedisServer.start())
  }

  get options(): object {
    return { kind: 'redis', url: this.server.url }
  }

  async crash(): Promise<void> {
    await this.server.kill()
    await this.server.run()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.server[Symbol.asyncDispose]()
  }
}
