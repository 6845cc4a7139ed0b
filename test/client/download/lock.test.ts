import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { acquireLock } from '../../../src/client/download/lock.js'
import { Folder } from '../../fixture/files.js'

const PLATFORM = process.platform

function pretend(platform: string): void {
  Object.defineProperty(process, 'platform', { value: platform })
}

const sockets = () => readdirSync(tmpdir()).filter((name) => /^lastbyte-\w+\.sock$/.test(name))

describe.each(['linux', 'darwin'])('a lock, on %s', (platform) => {
  afterEach(() => pretend(PLATFORM))

  it('is held once, and free when it is released', async () => {
    using folder = new Folder()
    pretend(platform)
    {
      await using _lock = await acquireLock(folder.at('f'))
      await expect(acquireLock(folder.at('./f'))).rejects.toMatchObject({ code: 'IN_USE' })
      await using _other = await acquireLock(folder.at('g'))
    }
    await using _again = await acquireLock(folder.at('f'))
  })
})

describe("where a socket is a file, a killed process's", () => {
  afterEach(() => pretend(PLATFORM))

  it('is taken over', async () => {
    using folder = new Folder()
    pretend('darwin')
    const before = sockets()
    const lock = await acquireLock(folder.at('f'))
    const [name = ''] = sockets().filter((each) => !before.includes(each))
    await lock[Symbol.asyncDispose]()
    const script = "require('net').createServer().listen(process.argv[1], () => console.log('on'))"
    const other = spawn(process.execPath, ['-e', script, join(tmpdir(), name)])
    await once(other.stdout, 'data')
    await expect(acquireLock(folder.at('f'))).rejects.toMatchObject({ code: 'IN_USE' })
    other.kill('SIGKILL')
    await once(other, 'exit')
    expect(sockets()).toContain(name)
    await using _again = await acquireLock(folder.at('f'))
  })
})
