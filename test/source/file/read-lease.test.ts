import { execFileSync, spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { describe, expect, it, vi } from 'vitest'
import { loadBindings, type NativeBindings } from '../../../src/native/bindings.js'
import { LeaseBreaks, leaseFactory } from '../../../src/source/file/read-lease.js'
import { Folder } from '../../fixture/files.js'
import { inShell, leasesOn } from '../../fixture/leases.js'
import { openFile } from '../../fixture/open-file.js'

const capability = loadBindings()
const calls = capability.kind === 'native' ? capability.calls : undefined
const native = calls as NativeBindings

function leased(path: string, breaks = new LeaseBreaks()) {
  const file = openFile(path, { leaseOf: leaseFactory(capability, breaks) })
  const { lease } = file
  if (lease === undefined) throw new Error('expected a lease')
  return { file, lease }
}

describe.skipIf(calls === undefined)('A read lease', () => {
  it('is held by the kernel from the first holder to the last', async () => {
    using folder = new Folder({ f: 'text' })
    const { file, lease } = leased(folder.at('f'))
    expect(lease.isIntact()).toBe(false)
    expect([lease.hold(), lease.hold(), lease.isIntact()]).toEqual([true, true, true])
    expect(leasesOn(folder.at('f'))).toBe(1)
    lease.release()
    expect([lease.isIntact(), leasesOn(folder.at('f'))]).toEqual([true, 1])
    lease.release()
    expect([lease.isIntact(), leasesOn(folder.at('f'))]).toEqual([false, 0])
    await file.release()
  })

  it('has another term once it has ended and was taken again, and none in between', async () => {
    using folder = new Folder({ f: 'text' })
    const { file, lease } = leased(folder.at('f'))
    const terms = [lease.term()]
    for (const step of ['hold', 'hold', 'release', 'release', 'hold', 'release'] as const) {
      lease[step]()
      terms.push(lease.term())
    }
    expect(terms).toEqual([undefined, 1, 1, 1, undefined, 2, undefined])
    await file.release()
  })

  it('keeps the descriptor open, whose number could otherwise belong to another leased file', async () => {
    using folder = new Folder({ f: 'text' })
    const { file, lease } = leased(folder.at('f'))
    lease.hold()
    await file.release()
    expect(lease.isIntact()).toBe(true)
    lease.release()
    expect(() => file.acquire()).toThrow(/the descriptor is closed/)
  })

  it('is independent of the lease of another descriptor of the file', async () => {
    using folder = new Folder({ f: 'text' })
    const one = leased(folder.at('f'))
    const other = leased(folder.at('f'))
    expect([one.lease.hold(), other.lease.hold()]).toEqual([true, true])
    expect(leasesOn(folder.at('f'))).toBe(2)
    one.lease.release()
    expect([one.lease.isIntact(), other.lease.isIntact()]).toEqual([false, true])
    other.lease.release()
    await Promise.all([one.file.release(), other.file.release()])
  })

  it('is broken by a process that opens the file for writing, and then has no new holder', async () => {
    using folder = new Folder({ f: 'text' })
    let now = 1_000
    const { file, lease } = leased(folder.at('f'), new LeaseBreaks(() => now))
    lease.hold()
    const writing = inShell('echo other > "$1"', folder.at('f'))
    await expect.poll(() => lease.isIntact()).toBe(false)
    expect(lease.hold()).toBe(false)
    lease.release()
    await writing
    expect(lease.hold(), 'a holder within 10 s').toBe(false)
    now += 10_001
    expect(lease.hold(), 'a holder after 10 s').toBe(true)
    lease.release()
    await file.release()
  })

  it('is refused while a process has the file open for writing', async () => {
    using folder = new Folder({ f: 'text' })
    const { file, lease } = leased(folder.at('f'))
    const writer = openSync(folder.at('f'), 'r+')
    expect(lease.hold()).toBe(false)
    closeSync(writer)
    expect(lease.hold()).toBe(true)
    lease.release()
    await file.release()
  })

  it('is broken by the kernel with a signal that does not end the process', async () => {
    using folder = new Folder({ f: 'text' })
    const { file, lease } = leased(folder.at('f'))
    const onSignal = vi.fn()
    process.on('SIGIO', onSignal)
    lease.hold()
    const writing = inShell(': >> "$1"', folder.at('f'))
    await expect.poll(() => lease.isIntact()).toBe(false)
    lease.release()
    await writing
    process.off('SIGIO', onSignal)
    expect(onSignal).not.toHaveBeenCalled()
    await file.release()
  })

  it('does not exist without the native bindings', () => {
    const factory = leaseFactory({ kind: 'none', reason: 'off' }, new LeaseBreaks())
    expect(factory({} as never)).toBeUndefined()
  })
})

/**
 * Maps the file of $1 for writing, closes it and prints a line; changes a byte of the mapping when it reads a line.
 * @see mmap(2): a mapping needs a descriptor that is open for writing.
 */
const MAPPER = `
import mmap, os, sys
file = os.open(sys.argv[1], os.O_RDWR)
mapping = mmap.mmap(file, 0)
os.close(file)
print('mapped', flush=True)
sys.stdin.readline()
mapping[0:1] = b'X'
`
const python = hasPython()

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'pass'])
    return true
  } catch {
    return false
  }
}

describe.skipIf(calls === undefined || !python)('A writable mapping of a file', () => {
  it('cannot be made under a lease: opening the file for writing waits', async () => {
    using folder = new Folder({ f: 'text' })
    const { file, lease } = leased(folder.at('f'))
    lease.hold()
    let mapped = false
    const mapping = inShell(`python3 -c "${MAPPER}" "$1" < /dev/null`, folder.at('f')).then(() => {
      mapped = true
    })
    // Python may take seconds to start on a busy machine.
    await expect.poll(() => lease.isIntact(), { timeout: 15_000 }).toBe(false)
    expect(mapped).toBe(false)
    const bytes = Buffer.alloc(4)
    expect([native.read(file.descriptor, bytes, 0, 0), bytes.toString()]).toEqual([4, 'text'])
    lease.release()
    await mapping
    expect([native.read(file.descriptor, bytes, 0, 0), bytes.toString()]).toEqual([4, 'Xext'])
    await file.release()
  })

  it('refuses a lease as long as it exists, also where its descriptor is closed', async () => {
    using folder = new Folder({ f: 'text' })
    const { file, lease } = leased(folder.at('f'))
    const child = spawn('python3', ['-c', MAPPER, folder.at('f')])
    const exited = new Promise((resolve) => child.on('exit', resolve))
    await new Promise((resolve) => child.stdout.once('data', resolve))
    expect(lease.hold()).toBe(false)
    child.stdin.end('\n')
    await exited
    expect(lease.hold()).toBe(true)
    lease.release()
    await file.release()
  })
})
