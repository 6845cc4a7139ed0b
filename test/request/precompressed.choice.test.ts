import { mkdirSync, symlinkSync, utimesSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { LastbyteOptions } from '../../src/index.js'
import type { ByteSource } from '../../src/source/byte-source.js'
import { fileSource } from '../../src/source/file/file-source.js'
import { applicationWith } from '../fixture/application.js'
import { descriptorsBelow } from '../fixture/descriptors.js'
import { Folder } from '../fixture/files.js'
import {
  ACCEPTS_ALL,
  BR,
  GZ,
  precompressedFolder,
  SCRIPT,
  sendRequest,
} from '../fixture/precompressed-folder.js'
import { RawClient } from '../fixture/raw-http.js'

/** A folder source that records the opened keys, and throws for those that `fails` accepts. */
function recordingSource(root: string, fails: (key: string) => boolean = () => false) {
  const inner = fileSource({ roots: [root], dotfiles: 'ignore' })
  const opened: string[] = []
  const source: ByteSource = {
    async open(key, request, signal) {
      opened.push(key)
      if (fails(key)) throw new Error('cannot open')
      return inner.open(key, request, signal)
    },
  }
  return { source, opened }
}

describe('selectPrecompressed', () => {
  it('opens no sibling in a coding that the request does not accept', async () => {
    using folder = precompressedFolder({ 'clip.mp4': 'clip', 'clip.mp4.br': 'br' })
    const { source, opened } = recordingSource(folder.path)
    await using off = await applicationWith({ source })
    await using on = await applicationWith({ source, preCompressed: true })
    await sendRequest(`${off.url}/app.js`, ACCEPTS_ALL)
    await sendRequest(`${on.url}/app.js`)
    await sendRequest(`${on.url}/app.js`, { 'Accept-Encoding': '' })
    await sendRequest(`${on.url}/app.js`, { 'Accept-Encoding': 'identity, deflate' })
    expect(opened.splice(0)).toEqual(['app.js', 'app.js', 'app.js', 'app.js'])
    await sendRequest(`${on.url}/clip.mp4`, ACCEPTS_ALL)
    await sendRequest(`${on.url}/app.js.gz`, ACCEPTS_ALL)
    await sendRequest(`${on.url}/none.js`, ACCEPTS_ALL)
    expect(opened.splice(0)).toEqual(['clip.mp4', 'app.js.gz', 'none.js'])
    await sendRequest(`${on.url}/app.js`, ACCEPTS_ALL)
    expect(opened.splice(0)).toEqual(['app.js', 'app.js.br'])
  })

  it.each<[LastbyteOptions['preCompressed'], string | undefined]>([
    [undefined, undefined],
    [false, undefined],
    [[], undefined],
    [true, 'br'],
    [['gzip', 'br'], 'gzip'],
    [['zstd'], 'zstd'],
  ])('with preCompressed: %j selects the coding %s', async (preCompressed, coding) => {
    using folder = precompressedFolder()
    await using served = await applicationWith({
      root: folder.path,
      ...(preCompressed !== undefined && { preCompressed }),
    })
    const { fields } = await sendRequest(`${served.url}/app.js`, ACCEPTS_ALL)
    expect(fields['content-encoding']).toBe(coding)
    expect(fields.vary).toBe(coding ? 'Accept, Accept-Encoding' : 'Accept')
  })

  it('finds a sibling that was added after the last request', async () => {
    const long = `${'l'.repeat(250)}.js`
    using folder = new Folder({ 'app.js': SCRIPT, [long]: 'long' })
    await using served = await applicationWith({ root: folder.path, preCompressed: true })
    const codingOf = async () =>
      (await sendRequest(`${served.url}/app.js`, ACCEPTS_ALL)).fields['content-encoding']
    for (let times = 0; times < 5; times += 1) expect(await codingOf()).toBeUndefined()
    folder.write('app.js.gz', GZ)
    expect(await codingOf()).toBe('gzip')
    folder.write('app.js.br', BR)
    expect(await codingOf()).toBe('br')
    for (let times = 0; times < 5; times += 1) {
      expect((await sendRequest(`${served.url}/${long}`, ACCEPTS_ALL)).body.toString()).toBe('long')
    }
    expect(served.log.filter(({ level }) => Number(level) >= 40)).toEqual([])
  })

  it('opens the sibling of an index file, and of a file found by its extension', async () => {
    using folder = precompressedFolder({ 'dir/index.html': 'page', 'dir/index.html.br': BR })
    const options = { root: folder.path, preCompressed: true, extensions: ['js'] }
    await using served = await applicationWith(options)
    const index = await sendRequest(`${served.url}/dir/`, ACCEPTS_ALL)
    expect(index.fields).toMatchObject({ 'content-encoding': 'br' })
    expect(index.fields['content-type']).toBe('text/html; charset=utf-8')
    expect((await sendRequest(`${served.url}/app`, ACCEPTS_ALL)).body.equals(BR)).toBe(true)
  })
})

describe('selectPrecompressed does not send', () => {
  const bodyOf = async (
    options: LastbyteOptions,
    path = '/app.js',
    headers: Record<string, string> = ACCEPTS_ALL,
  ) => {
    await using served = await applicationWith({ preCompressed: true, ...options })
    const { body, fields } = await sendRequest(served.url + path, headers)
    return { body, coding: fields['content-encoding'], fields }
  }

  it('a sibling that is older than the file', async () => {
    using folder = precompressedFolder()
    const [at, before] = [1_600_000_000, 1_599_999_999]
    utimesSync(folder.at('app.js'), at, at)
    utimesSync(folder.at('app.js.br'), before, before)
    utimesSync(folder.at('app.js.gz'), at, at)
    utimesSync(folder.at('app.js.zst'), before, before)
    expect((await bodyOf({ root: folder.path })).body.equals(GZ)).toBe(true)
    utimesSync(folder.at('app.js.gz'), before, before)
    const { body, fields } = await bodyOf({ root: folder.path })
    expect([body.equals(SCRIPT), fields.vary]).toEqual([true, 'Accept, Accept-Encoding'])
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('a sibling that leads out of the folder, is a folder, or is a dotfile', async () => {
    using outside = new Folder({ 'app.js.br': BR })
    using folder = new Folder({ 'app.js': SCRIPT, 'app.js.gz': GZ })
    symlinkSync(outside.at('app.js.br'), folder.at('app.js.br'))
    mkdirSync(folder.at('app.js.zst'))
    expect((await bodyOf({ root: folder.path })).body.equals(GZ)).toBe(true)
  })

  it('a sibling that is in another root than the file', async () => {
    using first = new Folder({ 'app.js': 'mine' })
    using second = precompressedFolder()
    const { body, coding } = await bodyOf({ root: [first.path, second.path] })
    expect([body.toString(), coding]).toEqual(['mine', undefined])
  })

  it('a sibling of media, of compressed fonts, or of an unknown type', async () => {
    const names = ['a.mp4', 'a.mp3', 'a.png', 'a.woff2', 'a.zip', 'a.bin', 'a']
    const files = names.flatMap((name) => [
      [name, 'plain'],
      [`${name}.br`, BR],
    ])
    using folder = new Folder(Object.fromEntries(files))
    for (const name of names) {
      const { body, fields } = await bodyOf({ root: folder.path }, `/${name}`)
      expect([body.toString(), fields.vary], name).toEqual(['plain', 'Accept'])
    }
  })

  it('a sibling of a precompressed file that is requested by its own name', async () => {
    using folder = precompressedFolder({ 'app.js.br.gz': GZ })
    const { body, fields } = await bodyOf({ root: folder.path }, '/app.js.br')
    expect(body.equals(BR)).toBe(true)
    expect(fields).not.toHaveProperty('content-encoding')
    expect(fields['content-type']).toBe('application/octet-stream')
  })

  it('a sibling to a client that accepts frames, which contain the file itself', async () => {
    using folder = precompressedFolder()
    const accept = { ...ACCEPTS_ALL, Accept: 'application/x-ndjson' }
    const { body, fields, coding } = await bodyOf(
      { root: folder.path },
      '/app.js?encoding=utf-8',
      accept,
    )
    expect([coding, fields.vary]).toEqual([undefined, 'Accept'])
    expect(body.toString()).toContain('export const answer')
    const raw = { ...ACCEPTS_ALL, Accept: 'application/x-ndjson;q=0.1, */*' }
    expect((await bodyOf({ root: folder.path }, '/app.js', raw)).coding).toBe('br')
  })

  it('a sibling that can’t be opened, and logs a warning', async () => {
    using folder = precompressedFolder()
    const { source } = recordingSource(folder.path, (key) => key.endsWith('.br'))
    await using served = await applicationWith({ source, preCompressed: ['br', 'gzip'] })
    expect((await sendRequest(`${served.url}/app.js`, ACCEPTS_ALL)).body.equals(GZ)).toBe(true)
    expect(served.log).toContainEqual(
      expect.objectContaining({ level: 40, key: 'app.js.br', msg: expect.any(String) }),
    )
  })
})

describe('An open of a sibling that hangs', () => {
  const hanging = (root: string) => {
    const { source } = recordingSource(root)
    let hangs: () => void = () => {}
    const begun = new Promise<void>((resolve) => {
      hangs = resolve
    })
    const open: ByteSource['open'] = (key, request, signal) => {
      if (!key.endsWith('.br')) return source.open(key, request, signal)
      hangs()
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason)),
      )
    }
    return { source: { open }, begun }
  }

  it('makes the response a 504 after sourceTimeout', async () => {
    using folder = precompressedFolder()
    const { source } = hanging(folder.path)
    const options = { source, preCompressed: true, sourceTimeout: 100 }
    await using served = await applicationWith(options)
    const response = await sendRequest(`${served.url}/app.js`, ACCEPTS_ALL)
    expect(response.status).toBe(504)
    expect(response.fields).not.toHaveProperty('content-encoding')
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })

  it('is aborted when the client disconnects', async () => {
    using folder = precompressedFolder()
    const { source, begun } = hanging(folder.path)
    await using served = await applicationWith({ source, preCompressed: true })
    using client = new RawClient(served.port)
    client.request('/app.js', ACCEPTS_ALL)
    await begun
    client.socket.destroy()
    await expect.poll(() => served.app.transfers.running.size).toBe(0)
    await expect.poll(() => descriptorsBelow(folder.path)).toBe(0)
  })
})
