import { execFileSync } from 'node:child_process'
import { appendFileSync, truncateSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { loadBindings } from '../../../src/native/bindings.js'
import type { LastbyteOptions } from '../../../src/settings/options.js'
import { appendOnlyCheck } from '../../../src/source/file/append-only.js'
import { applicationWith } from '../../fixture/application.js'
import { Folder, pattern } from '../../fixture/files.js'
import { openFile } from '../../fixture/open-file.js'
import { rewrite } from '../../fixture/settled-files.js'

/** More bytes than the buffers of a loopback connection hold, so that the response waits for its reader. */
const LARGE = pattern(48 * 1024 * 1024)
const PATHS = [
  ['by copying', { zeroCopy: 'off' }],
  ['by sendfile, where it is available', { zeroCopy: 'always' }],
  ['with setHeaders', { setHeaders: () => {} }],
] as const satisfies (readonly [string, LastbyteOptions])[]

/** Sets or clears the attribute. Returns whether this file system and user may. */
function attribute(sign: '+' | '-', path: string): boolean {
  try {
    execFileSync('chattr', [`${sign}a`, path], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function canProtect(): boolean {
  using folder = new Folder({ f: '' })
  return attribute('+', folder.at('f')) && attribute('-', folder.at('f'))
}

const native = loadBindings()

/** Requests a file, changes it once the response has begun, and reads on. */
async function during(url: string, change: () => void): Promise<{ bytes: Buffer; ended: boolean }> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, resolve).on('error', reject)
  })
  const chunks: Buffer[] = []
  let changed = false
  try {
    for await (const chunk of response) {
      chunks.push(chunk)
      if (!changed) change()
      changed = true
    }
  } catch {
    // The connection ended before the last byte: `complete` is false then.
  }
  return { bytes: Buffer.concat(chunks), ended: response.complete }
}

describe('a file that is appended to during its response', () => {
  it.each(PATHS)(
    'ends visibly short by default, with correct bytes, %s',
    async (_path, options) => {
      using folder = new Folder({ log: LARGE })
      await using server = await applicationWith({ root: folder.path, ...options })
      const grow = () => appendFileSync(folder.at('log'), 'more')
      const { bytes, ended } = await during(`${server.url}/log`, grow)
      expect(ended).toBe(false)
      expect(bytes.equals(LARGE.subarray(0, bytes.length))).toBe(true)
    },
  )

  it.each(PATHS)(
    'gives the bytes of the request where appendOnly is declared, %s',
    async (_path, options) => {
      using folder = new Folder({ log: LARGE })
      await using server = await applicationWith({
        root: folder.path,
        appendOnly: true,
        ...options,
      })
      const grow = () => appendFileSync(folder.at('log'), 'more')
      const { bytes, ended } = await during(`${server.url}/log`, grow)
      expect(ended).toBe(true)
      expect(bytes.equals(LARGE)).toBe(true)
    },
  )

  it.runIf(native.kind === 'native' && canProtect()).each(PATHS)(
    'gives the bytes of the request where the kernel protects them, %s',
    async (_path, options) => {
      using folder = new Folder({ log: LARGE })
      attribute('+', folder.at('log'))
      try {
        await using server = await applicationWith({ root: folder.path, ...options })
        const grow = () => appendFileSync(folder.at('log'), 'more')
        const { bytes, ended } = await during(`${server.url}/log`, grow)
        expect(ended).toBe(true)
        expect(bytes.equals(LARGE)).toBe(true)
      } finally {
        attribute('-', folder.at('log'))
      }
    },
  )

  it.each([
    ['truncated', (path: string) => truncateSync(path, LARGE.length - 1)],
    ['rewritten with the same size', (path: string) => rewrite(path, pattern(1000, 1))],
  ])('ends visibly short though appendOnly is declared, if it is %s', async (_case, change) => {
    using folder = new Folder({ log: LARGE })
    await using server = await applicationWith({ root: folder.path, appendOnly: true })
    const { ended } = await during(`${server.url}/log`, () => change(folder.at('log')))
    expect(ended).toBe(false)
  })
})

describe('appendOnlyCheck', () => {
  it('is true for every file that the operator has declared', () => {
    expect(appendOnlyCheck('declared', native)(-1)).toBe(true)
  })

  it('is false without the native bindings, and for a descriptor that is not open', () => {
    expect(appendOnlyCheck('enforced', { kind: 'none', reason: 'off' })(0)).toBe(false)
    expect(appendOnlyCheck('enforced', native)(-1)).toBe(false)
  })

  it('does not let an attribute that was set after the file was opened explain a change', async () => {
    using folder = new Folder({ f: 'four' })
    const answers = [false, true]
    const file = openFile(folder.at('f'), { isAppendOnly: () => answers.shift() ?? true })
    appendFileSync(folder.at('f'), 'more')
    expect(() => file.confirm(0)).toThrow(
      expect.objectContaining({ code: 'REPRESENTATION_CHANGED' }),
    )
    await file.release()
  })

  it('does not let an attribute that was cleared during the response explain a change', async () => {
    using folder = new Folder({ f: 'four' })
    const answers = [true, false]
    const file = openFile(folder.at('f'), { isAppendOnly: () => answers.shift() ?? false })
    appendFileSync(folder.at('f'), 'more')
    expect(() => file.confirm(0)).toThrow(
      expect.objectContaining({ code: 'REPRESENTATION_CHANGED' }),
    )
    await file.release()
  })
})
