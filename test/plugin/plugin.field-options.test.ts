import { utimesSync } from 'node:fs'
import { brotliCompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { SendOptions } from '../../src/settings/send-options.js'
import {
  FIELD_ROWS,
  type FieldRow,
  LATER,
  MODIFIED,
  NO_DATE,
  NO_ETAG,
  NO_RANGES,
  TEXT,
} from '../fixture/field-option-rows.js'
import { Folder } from '../fixture/files.js'
import { OptionScene, SCENES } from '../fixture/option-scene.js'

const BR = brotliCompressSync(TEXT)
const TITLED = FIELD_ROWS.map((row) => [row.title, row] as const)

function folderWithFile(): Folder {
  const folder = new Folder({ 'a.txt': TEXT, 'a.txt.br': BR })
  for (const name of ['a.txt', 'a.txt.br']) utimesSync(folder.at(name), MODIFIED, MODIFIED)
  return folder
}

function expectFields(fields: Record<string, unknown>, sent: FieldRow['sent']): void {
  for (const [name, value] of Object.entries(sent)) {
    if (value instanceof RegExp)
      expect([name, fields[name]]).toEqual([name, expect.stringMatching(value)])
    else expect([name, fields[name]]).toEqual([name, value])
  }
}

describe.each(SCENES)('with options in the $place, on the path $path,', (scene) => {
  it.each(TITLED)('%s', async (_title, { options, fields, status, body, sent }) => {
    using folder = folderWithFile()
    await using opened = await OptionScene.open(folder, options, scene)
    const response = await opened.send('a.txt', fields)
    expect(response.status).toBe(status)
    if (status < 400) expect(response.body.toString()).toBe(status === 304 ? '' : (body ?? TEXT))
    expectFields(response.fields, sent)
  })

  it('contentType: false leaves Content-Type out of the parts of several ranges', async () => {
    using folder = folderWithFile()
    await using opened = await OptionScene.open(folder, { contentType: false }, scene)
    const response = await opened.send('a.txt', { range: 'bytes=0-0,9-9' })
    expect(response.status).toBe(206)
    expectFields(response.fields, { 'content-type': /^multipart\/byteranges; boundary=/ })
    const parts = response.body.toString().match(/Content-[A-Za-z]+: .*/g)
    expect(parts).toEqual(['Content-Range: bytes 0-0/10', 'Content-Range: bytes 9-9/10'])
  })

  it.each(TITLED.filter(([, { status }]) => status === 200 || status === 304))(
    'HEAD: %s',
    async (_title, { options, fields, status, sent }) => {
      using folder = folderWithFile()
      await using opened = await OptionScene.open(folder, options, scene)
      const response = await opened.send('a.txt', fields, 'HEAD')
      expect([response.status, response.body.length]).toEqual([status, 0])
      expectFields(response.fields, sent)
    },
  )
})

describe.each(SCENES.filter(({ place }) => place !== 'download'))(
  'with preCompressed in the $place, on the path $path,',
  (scene) => {
    it.each<[SendOptions, Record<string, string>, FieldRow['sent']]>([
      [{ acceptRanges: false }, { range: 'bytes=0-1' }, NO_RANGES],
      [{ etag: false }, { 'if-none-match': '"v1"' }, NO_ETAG],
      [{ lastModified: false }, { 'if-modified-since': LATER }, NO_DATE],
      [{ contentType: false }, {}, { 'content-type': undefined }],
      [{ cacheControl: false }, {}, { 'cache-control': undefined }],
    ])('%o sends the encoded file for %o', async (options, fields, sent) => {
      using folder = folderWithFile()
      const all = { ...options, preCompressed: true }
      await using opened = await OptionScene.open(folder, all, scene)
      const response = await opened.send('a.txt', { ...fields, 'accept-encoding': 'br' })
      expect(response.status).toBe(200)
      expect(response.body).toEqual(BR)
      expectFields(response.fields, { ...sent, 'content-encoding': 'br', vary: /Accept-Encoding/ })
    })
  },
)
