import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import * as real from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as immediate from '../../src/cli/immediate-files.js'
import { NEW_FILE, OLD_FILE, OLD_FILE_TO_WRITE } from '../../src/client/download/own-file.js'
import { Folder } from '../fixture/files.js'

type Files = Pick<
  typeof real,
  | 'lstat'
  | 'open'
  | 'readFile'
  | 'readdir'
  | 'readlink'
  | 'realpath'
  | 'rename'
  | 'rm'
  | 'stat'
  | 'writeFile'
>

const big = { bigint: true } as const

/** Operations of a download on a folder that has a file `f`, a folder `d` and links to `f` and to nothing. */
const OPERATIONS: Record<string, (files: Files, at: (name: string) => string) => Promise<unknown>> =
  {
    'stat of a file': async ({ stat }, at) => (await stat(at('f'))).size,
    'stat through a link': async ({ stat }, at) => (await stat(at('link'), big)).isFile(),
    'stat of nothing': ({ stat }, at) => stat(at('none')),
    'lstat of a link': async ({ lstat }, at) => (await lstat(at('link'), big)).isSymbolicLink(),
    'lstat of nothing': ({ lstat }, at) => lstat(at('none')),
    'readFile as text': ({ readFile }, at) =>
      readFile(at('f'), { encoding: 'utf8', flag: OLD_FILE as never }),
    'readFile of a link that is not followed': ({ readFile }, at) =>
      readFile(at('link'), { encoding: 'utf8', flag: OLD_FILE as never }),
    'readFile of a folder': ({ readFile }, at) => readFile(at('d')),
    'readlink of a link': ({ readlink }, at) => readlink(at('dangling')),
    'readlink of a file': ({ readlink }, at) => readlink(at('f')),
    'readdir of a folder': async ({ readdir }, at) => (await readdir(at('d'))).length,
    'readdir of nothing': ({ readdir }, at) => readdir(at('none')),
    'realpath of a folder': async ({ realpath }, at) => (await realpath(at('d'))).endsWith('/d'),
    'realpath of nothing': ({ realpath }, at) => realpath(at('none')),
    'rename of a file': ({ rename }, at) => rename(at('f'), at('g')),
    'rename of nothing': ({ rename }, at) => rename(at('none'), at('g')),
    'rename to a folder': ({ rename }, at) => rename(at('f'), at('d')),
    'rm of a file': ({ rm }, at) => rm(at('f')),
    'rm of a link': ({ rm }, at) => rm(at('link')),
    'rm of nothing': ({ rm }, at) => rm(at('none')),
    'rm of nothing, forced': ({ rm }, at) => rm(at('none'), { force: true }),
    'rm below a file, forced': ({ rm }, at) => rm(at('f/g'), { force: true }),
    'writeFile of a new file': ({ writeFile }, at) =>
      writeFile(at('g'), 'text', { mode: 0o600, flag: NEW_FILE as never }),
    'writeFile of a file that exists': ({ writeFile }, at) =>
      writeFile(at('f'), 'text', { mode: 0o600, flag: NEW_FILE as never }),
    'open of nothing': ({ open }, at) => open(at('none'), OLD_FILE),
    'open of a link that is not followed': ({ open }, at) => open(at('link'), OLD_FILE),
    'an open file': async ({ open }, at) => {
      const file = await open(at('f'), OLD_FILE_TO_WRITE)
      const buffer = Buffer.alloc(20)
      const found: unknown[] = [
        typeof file.fd,
        (await file.stat()).size,
        (await file.stat(big)).size,
      ]
      found.push((await file.writev([Buffer.from('ab'), Buffer.from('cd')], 3)).bytesWritten)
      found.push((await file.write(Buffer.from('xyz'), 1, 2, 20)).bytesWritten)
      found.push((await file.read(buffer, 2, 10, 1)).bytesRead, buffer.toString('hex'))
      await file.truncate(8)
      await file.chmod(0o640)
      await file.chown(process.getuid?.() ?? 0, process.getgid?.() ?? 0)
      await file.sync()
      await file.datasync()
      found.push((await file.read(buffer, 0, 20, 8)).bytesRead, (await file.stat()).mode)
      await file.close()
      return found
    },
    'text into an open file': async ({ open }, at) => {
      const file = await open(at('g'), NEW_FILE, 0o600)
      await file.writeFile('a text')
      await file.close()
    },
    'a write into a file that is open for reading': async ({ open }, at) => {
      const file = await open(at('f'), OLD_FILE)
      return file.writev([Buffer.from('ab')], 0).finally(() => file.close())
    },
  }

/** The outcome of an operation, and what is in the folder then. */
async function outcome(files: Files, operate: (typeof OPERATIONS)[string]) {
  using folder = new Folder({ f: Buffer.from('the content') })
  mkdirSync(folder.at('d'))
  writeFileSync(folder.at('d/inner'), '')
  symlinkSync('f', folder.at('link'))
  symlinkSync('nothing', folder.at('dangling'))
  const result = await operate(files, (name) => folder.at(name)).then(
    (value) => ({ value }),
    ({ code }: NodeJS.ErrnoException) => ({ code }),
  )
  const names = readdirSync(folder.path).sort()
  const contents = await Promise.all(
    names.map((name) =>
      real.readFile(join(folder.path, name), 'latin1').catch(({ code }) => String(code)),
    ),
  )
  return { result, names, contents }
}

describe('the files of the command', () => {
  it.each(Object.entries(OPERATIONS))('do as node:fs/promises does: %s', async (_name, operate) => {
    const expected = await outcome(real, operate)
    expect(await outcome(immediate as unknown as Files, operate)).toEqual(expected)
  })
})
