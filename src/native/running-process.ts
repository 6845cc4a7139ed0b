import { readFileSync, readlinkSync } from 'node:fs'

/** What a file says of the process that wrote it. */
interface Owner {
  readonly pid: number
  /** When the process started, by which it differs from a later one with the same pid. */
  readonly started: string | undefined
  /** The boot and the pid namespace, within which a pid means something; undefined where they aren't known. */
  readonly scope: string | undefined
}

/** A text that names this process. */
export function ownProcess(): string {
  return JSON.stringify({ pid: process.pid, started: startOf('self'), scope: scopeOf() })
}

/**
 * What is known of the process that a text names. `unknown`: it names none, or one of another machine, or of an
 * earlier start of this one.
 */
export function processState(text: string): 'own' | 'running' | 'ended' | 'unknown' {
  const owner = parse(text)
  if (owner?.started === undefined || owner.scope === undefined) return 'unknown'
  if (owner.scope !== scopeOf()) return 'unknown'
  if (startOf(owner.pid) !== owner.started) return 'ended'
  return owner.pid === process.pid ? 'own' : 'running'
}

/** undefined for a text that is being written, or another one. */
function parse(text: string): Owner | undefined {
  try {
    return (JSON.parse(text) ?? undefined) as Owner | undefined
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
