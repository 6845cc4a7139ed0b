import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimSocketPath, restrictSocket } from '../../../src/cli/admin/socket-file.js'
import { Folder } from '../../fixture/files.js'

let folder: Folder
beforeEach(() => {
  folder = new Folder({ file: 'kept' })
})
afterEach(() => folder[Symbol.dispose]())

/** Leaves the file of a socket behind, as a process that is killed does. */
function leaveSocket(path: string): void {
  const code = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`
  spawnSync(process.execPath, ['-e', code])
  expect(lstatSync(path).isSocket()).toBe(true)
}

describe('claimSocketPath', () => {
  it('accepts a path that is free', async () => {
    await claimSocketPath('ADMIN', folder.at('a.sock'))
    expect(existsSync(folder.at('a.sock'))).toBe(false)
  })

  it('removes a socket that a killed process has left behind', async () => {
    leaveSocket(folder.at('a.sock'))
    await claimSocketPath('ADMIN', folder.at('a.sock'))
    expect(existsSync(folder.at('a.sock'))).toBe(false)
  })

  it('refuses a socket at which a process listens, and leaves it in use', async () => {
    const path = folder.at('a.sock')
    const server = createServer().listen(path)
    await once(server, 'listening')
    await expect(claimSocketPath('ADMIN', path)).rejects.toMatchObject({
      code: 'BAD_SETTING',
      message: `ADMIN: expected a socket that no process listens at; received "${path}"`,
    })
    expect(existsSync(path)).toBe(true)
    server.close()
  })

  it('refuses another file, and keeps it', async () => {
    await expect(claimSocketPath('ADMIN', folder.at('file'))).rejects.toThrow(
      /^ADMIN: expected a path that is free, or of a socket: another file is there; received /,
    )
    expect(readFileSync(folder.at('file'), 'utf8')).toBe('kept')
  })

  it('refuses a link to a left-over socket, which may be of somebody else', async () => {
    leaveSocket(folder.at('a.sock'))
    symlinkSync(folder.at('a.sock'), folder.at('link'))
    await expect(claimSocketPath('ADMIN', folder.at('link'))).rejects.toThrow(
      'another file is there',
    )
    expect(existsSync(folder.at('a.sock'))).toBe(true)
  })

  it.each([
    ['a folder that is missing', 'none/a.sock', 'a folder that exists'],
    ['a file as its folder', 'file/a.sock', 'a folder that exists'],
    ['more bytes than the kernel takes', 'x'.repeat(108), 'at most 107 bytes; received one of '],
  ])('names %s', async (_what, name, told) => {
    await expect(claimSocketPath('ADMIN', folder.at(name))).rejects.toThrow(told)
  })
})

it('restrictSocket lets owner and group connect', async () => {
  const path = folder.at('a.sock')
  const server = createServer().listen(path)
  await once(server, 'listening')
  await restrictSocket(path)
  expect(lstatSync(path).mode & 0o777).toBe(0o660)
  server.close()
})
