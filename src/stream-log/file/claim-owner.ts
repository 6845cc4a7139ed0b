import { readFileSync, readlinkSync } from 'node:fs'
import { readFile, stat, writeFile } from 'node:fs/promises'
import { orAbsent } from './stream-folder.js'

/** What the file of a claim says of the process that made it. */
interface Owner {
  readonly pid: number
  /** When the process started, by which it differs from a later one with the same pid. */
  readonly started: string | undefined
  /** The boot and the pid namespace, within which a pid means something; undefined where they aren't known. */
  readonly scope: string | undefined
}

const OVER = '{"over":true}'

/** The content of a claim of this process. */
export function ownClaim(): string {
  return JSON.stringify({ pid: process.pid, started: startOf('self'), scope: scopeOf() })
}

/** Marks a claim as given up: nobody has to wait until its lease is over. */
export async function giveUpClaim(path: string): Promise<void> {
  await orAbsent(writeFile(path, OVER, { flag: 'r+' }).then(() => {}))
}

/**
 * Whether the producer of a claim may be alive. A process of this machine that has ended is known to be dead at
 * once, any other one when it has not touched the claim for the time of its lease.
 */
export async function mayBeAlive(path: string, lease: number): Promise<boolean> {
  const text = await orAbsent(readFile(path, 'utf8'))
  if (text === undefined || text.startsWith(OVER)) return false
  const { mtimeMs } = (await orAbsent(stat(path))) ?? { mtimeMs: 0 }
  if (Date.now() - mtimeMs > lease) return false
  const owner = parse(text)
  if (owner?.started === undefined || owner.scope === undefined) return true
  return owner.scope !== scopeOf() || startOf(owner.pid) === owner.started
}

/** undefined for a claim that is being written. */
function parse(text: string): Owner | undefined {
  try {
    return JSON.parse(text) as Owner
  } catch {
    return undefined
  }
}

/** The 22nd field of /proc/PID/stat, behind a name that may have spaces; undefined for no process, or no /proc. */
function startOf(pid: number | 'self'): string | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    const [state, ...fields] = text.slice(text.lastIndexOf(')') + 2).split(' ')
    // A zombie writes nothing any longer.
    return state === 'Z' ? undefined : fields[18]
  } catch {
    return undefined
  }
}

function scopeOf(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').trim()
    return `${boot} ${readlinkSync('/proc/self/ns/pid')}`
  } catch {
    return undefined
  }
}
