import { readFileSync, renameSync } from 'node:fs'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openAccessLog } from '../../src/cli/open-access-log.js'
import { AddedListeners } from '../fixture/added-listeners.js'
import { type Application, serverWith } from '../fixture/application.js'
import { Folder } from '../fixture/files.js'
import { until } from '../fixture/until.js'

const listeners = new AddedListeners(process, 'SIGUSR1')
let folder: Folder
let logged: Record<string, unknown>[]
beforeEach(() => {
  folder = new Folder({ 'files/f': 'hello' })
  logged = []
})
afterEach(() => {
  listeners.remove()
  folder[Symbol.dispose]()
})

function served(
  ACCESS_LOG: 'none' | 'json' | 'combined',
  ACCESS_LOG_FILE: string,
): Promise<Application> {
  const logger = pino({}, { write: (line) => void logged.push(JSON.parse(line)) })
  return serverWith({ root: folder.at('files') }, {}, (app) =>
    openAccessLog(app, { ACCESS_LOG, ACCESS_LOG_FILE }, logger),
  )
}

const get = async ({ url }: Application, path: string) => (await fetch(`${url}${path}`)).text()
const targets = (name: string) =>
  readFileSync(folder.at(name), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line).target)

describe('openAccessLog', () => {
  it('has written every line when the server has closed', async () => {
    const server = await served('json', folder.at('log'))
    for (let n = 0; n < 50; n += 1) await get(server, `/f?${n}`)
    await server[Symbol.asyncDispose]()
    expect(targets('log')).toEqual(Array.from({ length: 50 }, (_, n) => `/f?${n}`))
  })

  it('opens the file anew at SIGUSR1', async () => {
    const server = await served('json', folder.at('log'))
    await get(server, '/f?1')
    await until(() => targets('log').length === 1)
    renameSync(folder.at('log'), folder.at('log.1'))
    process.kill(process.pid, 'SIGUSR1')
    await until(() => logged.some(({ msg }) => msg === 'access log opened anew'))
    await get(server, '/f?2')
    await server[Symbol.asyncDispose]()
    expect([targets('log.1'), targets('log')]).toEqual([['/f?1'], ['/f?2']])
  })

  it('serves while the disk is full, and reports it once', async () => {
    await using server = await served('json', '/dev/full')
    for (let n = 0; n < 5; n += 1) expect(await get(server, '/f')).toBe('hello')
    await until(() => logged.length > 0)
    expect(await get(server, '/f')).toBe('hello')
    expect(logged).toMatchObject([
      { level: 50, err: { code: 'ENOSPC' }, msg: 'access log cannot be written: lines are lost' },
    ])
  })

  it('names the setting for a file that cannot be opened', async () => {
    await expect(served('json', folder.at('none/log'))).rejects.toThrow(
      /^ACCESS_LOG_FILE: expected a file that can be written: ENOENT/,
    )
  })

  it('names the setting for a file without a format', async () => {
    await expect(served('none', folder.at('log'))).rejects.toThrow(
      'ACCESS_LOG_FILE: expected --access-log combined or --access-log json as well',
    )
  })
})
