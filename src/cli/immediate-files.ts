import * as fs from 'node:fs'

/**
 * The functions of node:fs/promises that a download uses, which have their results at once. The bundle of `get` has
 * this module in place of node:fs/promises: a round trip to the thread pool takes twenty times as long as a look at a
 * small file. What waits for a disk, a sync, goes to the pool all the same.
 */

type Args<Name extends keyof typeof fs> = (typeof fs)[Name] extends (...args: infer All) => unknown
  ? All
  : never

export const lstat = async (...args: Args<'lstatSync'>) => fs.lstatSync(...args)
export const stat = async (...args: Args<'statSync'>) => fs.statSync(...args)
export const readFile = async (...args: Args<'readFileSync'>) => fs.readFileSync(...args)
export const readlink = async (...args: Args<'readlinkSync'>) => fs.readlinkSync(...args)
export const readdir = async (path: fs.PathLike) => fs.readdirSync(path)
export const rename = async (...args: Args<'renameSync'>) => fs.renameSync(...args)
export const writeFile = async (...args: Args<'writeFileSync'>) => fs.writeFileSync(...args)
/** By the system, as that of node:fs/promises. */
export const realpath = async (path: fs.PathLike) => fs.realpathSync.native(path)

/** Of a file. With `force`, its absence is no error. */
export async function rm(path: fs.PathLike, { force = false } = {}): Promise<void> {
  try {
    fs.unlinkSync(path)
  } catch (error) {
    if (!force || (error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}

export async function open(...args: Args<'openSync'>): Promise<ImmediateFile> {
  return new ImmediateFile(fs.openSync(...args))
}

/** As a FileHandle. It has to be closed: the garbage collector does not close it. */
class ImmediateFile {
  constructor(readonly fd: number) {}

  async stat(options?: fs.StatOptions): Promise<fs.Stats | fs.BigIntStats> {
    return fs.fstatSync(this.fd, options)
  }

  async read(buffer: Uint8Array, offset: number, length: number, position: number) {
    return { bytesRead: fs.readSync(this.fd, buffer, offset, length, position), buffer }
  }

  async write(buffer: Uint8Array, offset: number, length: number, position: number) {
    return { bytesWritten: fs.writeSync(this.fd, buffer, offset, length, position), buffer }
  }

  async writev(buffers: readonly Uint8Array[], position: number) {
    return { bytesWritten: fs.writevSync(this.fd, buffers, position), buffers }
  }

  async writeFile(text: string): Promise<void> {
    fs.writeFileSync(this.fd, text)
  }

  async truncate(length: number): Promise<void> {
    fs.ftruncateSync(this.fd, length)
  }

  async chown(user: number, group: number): Promise<void> {
    fs.fchownSync(this.fd, user, group)
  }

  async chmod(mode: number): Promise<void> {
    fs.fchmodSync(this.fd, mode)
  }

  sync(): Promise<void> {
    return settled((done) => fs.fsync(this.fd, done))
  }

  datasync(): Promise<void> {
    return settled((done) => fs.fdatasync(this.fd, done))
  }

  async close(): Promise<void> {
    fs.closeSync(this.fd)
  }
}

function settled(start: (done: (error: Error | null) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    start((error) => (error === null ? resolve() : reject(error)))
  })
}
