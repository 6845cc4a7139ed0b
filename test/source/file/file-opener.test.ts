import { execFileSync } from 'node:child_process'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  closeSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import type { Opened } from '../../../src/source/byte-source.js'
import { DescriptorCache } from '../../../src/source/file/descriptor-cache.js'
import { FileOpener } from '../../../src/source/file/file-opener.js'
import { FileRoot } from '../../../src/source/file/file-root.js'
import { SYSTEM_CLOCK } from '../../../src/source/file/settled-stat.js'
import { bytesOf } from '../../contract/byte-source.contract.js'
import { descriptorsBelow } from '../../fixture/descriptors.js'
import { Folder, pattern } from '../../fixture/files.js'
import { rewrite, SETTLED_CLOCK } from '../../fixture/settled-files.js'
import { unprivileged } from '../../fixture/unprivileged.js'

const live = new AbortController().signal
const GET = { method: 'GET' } as const

/** Descriptors that the tests of this file do not share with other sources. */
const descriptors = new DescriptorCache()

function opening(root: string, clock = SETTLED_CLOCK) {
  const opener = new FileOpener({
    descriptors,
    judge: { clock, writers: () => 'none' },
    cache: undefined,
    dateStrength: () => undefined,
    isAppendOnly: () => false,
    leaseOf: () => undefined,
  })
  const fileRoot = new FileRoot(root)
  return (key: string, signal = live) => opener.open(fileRoot, key, GET, signal)
}

/** Waits until no descriptor is open below the folder but those that are cached. */
async function expectAllClosed(folder: Folder): Promise<void> {
  descriptors.clear()
  await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
}

async function representationOf(opened: Promise<Opened>) {
  const result = await opened
  if (result.kind !== 'representation') throw new Error(`opened as ${result.kind}`)
  return result.representation
}

/** Closes what was opened and returns its kind, with the reason if it was refused. */
async function outcomeOf(opened: Promise<Opened>): Promise<string> {
  const result = await opened
  if (result.kind === 'representation') await result.representation.close()
  return result.kind === 'refused' ? result.reason : result.kind
}

const OUTSIDE = 'The path leads out of the served folder.'
const NOT_REGULAR = 'Only regular files are served.'

describe('FileOpener.open', () => {
  it.each([
    ['a symbolic link to a file outside', 'out-file', OUTSIDE],
    ['a path through a symbolic link to a folder outside', 'out-dir/secret', OUTSIDE],
    ['a symbolic link that stays inside', 'in', 'representation'],
    ['a symbolic link to itself', 'circle', OUTSIDE],
    ['a path through a symbolic link to itself', 'circle/f', OUTSIDE],
    ['a dangling symbolic link', 'dangling', 'absent'],
    ['a FIFO', 'fifo', NOT_REGULAR],
    ['a symbolic link to a device', 'device', OUTSIDE],
    ['a name of more than 255 bytes', 'é'.repeat(128), 'absent'],
    ['a path of more than 4096 bytes', 'x/'.repeat(3000), 'absent'],
    ['a file as a folder', 'real/below', 'absent'],
    ['a file with a trailing slash', 'real/', 'absent'],
    ['a key with a NUL', 'real\0', 'absent'],
    ['a key with a NUL before an extension', 'real\0.txt', 'absent'],
    ['a name with U+010A', 'Ċ', 'representation'],
    ['a lone surrogate', '\ud800', 'absent'],
  ])('judges %s', async (_case, key, outcome) => {
    using outside = new Folder({ secret: 'secret' })
    using folder = new Folder({ real: 'real', Ċ: 'x' })
    symlinkSync(outside.at('secret'), folder.at('out-file'))
    symlinkSync(outside.path, folder.at('out-dir'))
    symlinkSync('real', folder.at('in'))
    symlinkSync('circle', folder.at('circle'))
    symlinkSync('nowhere', folder.at('dangling'))
    symlinkSync('/dev/null', folder.at('device'))
    execFileSync('mkfifo', [folder.at('fifo')])
    expect(await outcomeOf(opening(folder.path)(key))).toBe(outcome)
    await expectAllClosed(folder)
    expect(descriptorsBelow(outside.path)).toBe(0)
  })

  it('refuses a Unix socket', async () => {
    using folder = new Folder()
    const server = createServer().listen(folder.at('socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    expect(await outcomeOf(opening(folder.path)('socket'))).toBe(NOT_REGULAR)
    server.close()
  })

  it.runIf(process.getuid?.() === 0)('refuses a device, with and without a driver', async () => {
    using folder = new Folder()
    try {
      execFileSync('mknod', [folder.at('null'), 'c', '1', '3'], { stdio: 'ignore' })
      execFileSync('mknod', [folder.at('none'), 'c', '250', '250'], { stdio: 'ignore' })
    } catch {
      return // Containers may forbid mknod.
    }
    const open = opening(folder.path)
    expect([NOT_REGULAR, 'The file may not be read.']).toContain(await outcomeOf(open('null')))
    expect([NOT_REGULAR, 'The file may not be read.']).toContain(await outcomeOf(open('none')))
  })

  it('does not block on FIFOs, even on more of them than the pool has threads', async () => {
    using folder = new Folder({ file: 'x' })
    execFileSync('mkfifo', [folder.at('fifo')])
    const open = opening(folder.path)
    const outcomes = await Promise.all(Array.from({ length: 16 }, () => outcomeOf(open('fifo'))))
    expect(new Set(outcomes)).toEqual(new Set([NOT_REGULAR]))
    expect(await outcomeOf(open('file'))).toBe('representation')
  })

  it.runIf(unprivileged.available)('refuses a file or folder without permission', async () => {
    using folder = new Folder({ closed: 'x', 'shut/f': 'x' })
    chmodSync(folder.path, 0o755)
    chmodSync(folder.at('closed'), 0)
    chmodSync(folder.at('shut'), 0)
    const open = opening(folder.path)
    const outcomes = await unprivileged.run(() =>
      Promise.all(['closed', 'shut/f', 'shut/'].map((key) => outcomeOf(open(key)))),
    )
    chmodSync(folder.at('shut'), 0o755)
    expect(new Set(outcomes)).toEqual(new Set(['The file may not be read.']))
  })

  it.runIf(process.platform === 'linux')(
    'refuses a file of /proc, whose size is unknown',
    async () => {
      const open = opening('/proc/self')
      expect(await outcomeOf(open('status'))).toBe('The size of the file is not known.')
      expect(await outcomeOf(open('none'))).toBe('absent')
    },
  )

  it('opens an empty file', async () => {
    using folder = new Folder({ empty: '' })
    const representation = await representationOf(opening(folder.path)('empty'))
    expect(representation.facts.size).toBe(0)
    expect(await bytesOf(representation, { start: 0, end: 0 })).toHaveLength(0)
    await representation.close()
  })

  it('reads the holes of a sparse file as zeros', async () => {
    using folder = new Folder({ sparse: 'start' })
    truncateSync(folder.at('sparse'), 5_000_000)
    const representation = await representationOf(opening(folder.path)('sparse'))
    expect(representation.facts.size).toBe(5_000_000)
    const bytes = await bytesOf(representation, { start: 0, end: 5_000_000 })
    expect(bytes.subarray(0, 5).toString()).toBe('start')
    expect(bytes.subarray(5).equals(Buffer.alloc(4_999_995))).toBe(true)
    await representation.close()
  })

  it.each([
    ['a folder', (path: string) => mkdirSync(path), 'directory'],
    ['a file', (path: string) => writeFileSync(path, 'new'), 'representation'],
    ['nothing', () => {}, 'absent'],
  ])('sees that a file it has cached was replaced by %s', async (_case, replace, outcome) => {
    using folder = new Folder({ f: 'x' })
    const open = opening(folder.path)
    expect(await outcomeOf(open('f'))).toBe('representation')
    rmSync(folder.at('f'))
    replace(folder.at('f'))
    expect(await outcomeOf(open('f'))).toBe(outcome)
  })

  it('sees that a folder was replaced by a file', async () => {
    using folder = new Folder({ 'dir/f': 'x' })
    const open = opening(folder.path)
    expect(await outcomeOf(open('dir/f'))).toBe('representation')
    rmSync(folder.at('dir'), { recursive: true })
    folder.write('dir', 'a file')
    expect(await outcomeOf(open('dir/f'))).toBe('absent')
    expect(await outcomeOf(open('dir'))).toBe('representation')
  })

  it('opens nothing of a root that was removed', async () => {
    using folder = new Folder({ 'root/f': 'x' })
    const open = opening(folder.at('root'))
    rmSync(folder.at('root'), { recursive: true })
    expect(await outcomeOf(open('f'))).toBe('absent')
    expect(await outcomeOf(open(''))).toBe('absent')
  })

  it('rejects with the reason of the signal while it waits for the grain of the ctime', async () => {
    using folder = new Folder({ f: 'x' })
    const abort = new AbortController()
    const left = new Error('the client is gone')
    // A clock that stands still: on a busy machine the grain is over before the file is looked at.
    const clock = { ...SYSTEM_CLOCK, now: () => statSync(folder.at('f')).ctimeMs }
    const wait: typeof SYSTEM_CLOCK.wait = (ms, signal) => {
      abort.abort(left)
      return SYSTEM_CLOCK.wait(ms, signal)
    }
    writeFileSync(folder.at('f'), 'fresh')
    const opened = opening(folder.path, { ...clock, wait })('f', abort.signal)
    await expect(opened).rejects.toBe(left)
    await expectAllClosed(folder)
  })
})

describe('a running read of a file', () => {
  const LENGTH = 1_500_000

  it.each<[string, (path: string) => void, string]>([
    [
      'fails if the file is truncated',
      (path) => truncateSync(path, 300_000),
      'REPRESENTATION_CHANGED',
    ],
    ['fails if the file grows', (path) => appendFileSync(path, 'more'), 'REPRESENTATION_CHANGED'],
    [
      'fails if the file is rewritten in place',
      (path) => rewrite(path, pattern(LENGTH, 9)),
      'REPRESENTATION_CHANGED',
    ],
    [
      'fails if the file is rewritten in place with its mtime restored',
      (path) => {
        const descriptor = openSync(path, 'r+')
        ftruncateSync(descriptor, LENGTH)
        closeSync(descriptor)
        writeFileSync(path, pattern(LENGTH, 9), { flag: 'r+' })
        utimesSync(path, new Date(0), new Date(0))
      },
      'REPRESENTATION_CHANGED',
    ],
    [
      'fails if the file is replaced, which may hide a rewrite before it',
      (path) => {
        writeFileSync(`${path}.new`, 'x')
        renameSync(`${path}.new`, path)
      },
      'REPRESENTATION_CHANGED',
    ],
    ['fails if the file is removed', (path) => rmSync(path), 'REPRESENTATION_CHANGED'],
    [
      'fails if the file gets another link',
      (path) => linkSync(path, `${path}.link`),
      'REPRESENTATION_CHANGED',
    ],
    [
      'fails if the file gets another mode',
      (path) => chmodSync(path, 0o600),
      'REPRESENTATION_CHANGED',
    ],
  ])('%s', async (_case, change, outcome) => {
    using folder = new Folder({ 'dir/f': pattern(LENGTH) })
    mkdirSync(folder.at('other'))
    const representation = await representationOf(opening(folder.path)('dir/f'))
    const received: Uint8Array[] = []
    const reading = (async () => {
      for await (const chunk of representation.read({ start: 0, end: LENGTH }, live)) {
        received.push(Uint8Array.from(chunk))
        if (received.length === 1) change(folder.at('dir/f'))
      }
      return 'whole'
    })()
    expect(await reading.catch(({ code }) => code)).toBe(outcome)
    const bytes = Buffer.concat(received)
    expect(bytes.equals(pattern(LENGTH).subarray(0, bytes.length))).toBe(true)
    expect(bytes.length === LENGTH).toBe(outcome === 'whole')
    await representation.close()
    await expectAllClosed(folder)
  })
})

/** Calls that change the ctime of a file, and might explain why it has changed. */
const EXPLANATIONS: [string, (path: string) => void][] = [
  ['its mode', (path) => chmodSync(path, 0o600)],
  ['its owner', (path) => chownSync(path, 65_534, 65_534)],
  ['its number of links', (path) => linkSync(path, `${path}.link`)],
  ['its path, by an unlink', (path) => rmSync(path)],
  ['its path, by a rename', (path) => renameSync(path, `${path}.old`)],
  [
    'its path, by a rename over it',
    (path) => {
      writeFileSync(`${path}.new`, 'x')
      renameSync(`${path}.new`, path)
    },
  ],
]

describe('a rewrite in place whose mtime is restored', () => {
  const SIZE = 4_000_000

  it.each(EXPLANATIONS.filter(([name]) => name !== 'its owner' || process.getuid?.() === 0))(
    'ends a running read, though another call changes %s after it',
    async (_name, explain) => {
      using folder = new Folder({ f: pattern(SIZE) })
      const path = folder.at('f')
      const restore = () => utimesSync(path, 1e9, 1e9)
      restore()
      const representation = await representationOf(opening(folder.path)('f'))
      const received: Uint8Array[] = []
      const reading = (async () => {
        for await (const chunk of representation.read({ start: 0, end: SIZE }, live)) {
          received.push(Uint8Array.from(chunk))
          if (received.length !== 3) continue
          writeFileSync(path, pattern(SIZE, 9), { flag: 'r+' })
          restore()
          explain(path)
        }
      })()
      await expect(reading).rejects.toMatchObject({ code: 'REPRESENTATION_CHANGED' })
      const bytes = Buffer.concat(received)
      expect(bytes.equals(pattern(SIZE).subarray(0, bytes.length))).toBe(true)
      await representation.close()
    },
  )
})

it('a new link excuses only its own change of the ctime, not a later rewrite', async () => {
  using folder = new Folder({ f: pattern(4_000_000) })
  const representation = await representationOf(opening(folder.path)('f'))
  const when = new Date(representation.facts.lastModified ?? 0)
  utimesSync(folder.at('f'), when, when)
  const again = await representationOf(opening(folder.path)('f'))
  const reading = (async () => {
    let chunks = 0
    for await (const _chunk of again.read({ start: 0, end: 4_000_000 }, live)) {
      chunks += 1
      if (chunks === 1) linkSync(folder.at('f'), folder.at('g'))
      if (chunks === 4) {
        writeFileSync(folder.at('f'), pattern(4_000_000, 7), { flag: 'r+' })
        utimesSync(folder.at('f'), when, when)
      }
    }
  })()
  await expect(reading).rejects.toMatchObject({ code: 'REPRESENTATION_CHANGED' })
  await Promise.all([representation.close(), again.close()])
})
