import { constants } from 'node:fs'
import { readdir, readFile, readlink } from 'node:fs/promises'

const FOLDER = '/proc/self/fd'
/** O_ACCMODE, which node:fs does not export. */
const ACCESS_MODE = constants.O_WRONLY | constants.O_RDWR

/**
 * Refuses an object that Node has opened for itself, such as the pipe of its signals: bytes that are written
 * into it are lost, or block the process. Those are event loops, and pipes of which this process has both ends; of
 * a pipe that was passed to it, another process reads. Without /proc nothing is refused.
 *
 * @throws an error with the code EBADF
 */
export async function requirePassed(descriptor: number): Promise<void> {
  const target = await targetOf(descriptor)
  if (target === undefined || !(await isOfNode(target))) return
  const message = `expected a descriptor that was passed to the process; received ${descriptor}, which Node uses itself`
  throw Object.assign(new Error(message), { code: 'EBADF' })
}

async function isOfNode(target: string): Promise<boolean> {
  if (target.startsWith('anon_inode:')) return true
  if (!target.startsWith('pipe:')) return false
  const descriptors = await readdir(FOLDER)
  const reading = await Promise.all(
    descriptors.map(
      async (each) => (await targetOf(each)) === target && (await isForReading(each)),
    ),
  )
  return reading.includes(true)
}

/** A shell may have passed the writing end of a pipe twice. */
async function isForReading(descriptor: string): Promise<boolean> {
  const info = await readFile(`/proc/self/fdinfo/${descriptor}`, 'utf8').catch(() => '')
  const flags = Number.parseInt(/^flags:\s*(\d+)$/m.exec(info)?.[1] ?? '1', 8)
  return (flags & ACCESS_MODE) === constants.O_RDONLY
}

/** What a descriptor leads to: a path, or a text such as `pipe:[81]`. undefined if it is closed. */
function targetOf(descriptor: number | string): Promise<string | undefined> {
  return readlink(`${FOLDER}/${descriptor}`).catch(() => undefined)
}
