import { statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { brotliCompressSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SendOptions } from '../../src/settings/send-options.js'
import {
  DATE,
  FIELD_ROWS,
  type FieldRow,
  LATER,
  NO_DATE,
  NO_ETAG,
  NO_RANGES,
  TEXT,
} from '../fixture/field-option-rows.js'
import { Folder } from '../fixture/files.js'
import { OptionScene, SCENES } from '../fixture/option-scene.js'

const BR = brotliCompressSync(TEXT)
const TITLED = FIELD_ROWS.map((row) => [row.title, row] as const)

// A date proves a version only if the process has seen the whole second in which it was written.
await delay(1_010 - (Date.now() % 1_000))
const folder = new Folder({ 'a.txt': TEXT, 'a.txt.br': BR })
const { mtimeMs } = statSync(folder.at('a.txt'))
const DATES: Record<string, string> = { [DATE]: new Date(mtimeMs).toUTCString() }

function withDates<T>(fields: Record<string, T>): Record<string, T | string> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, DATES[String(value)] ?? value]),
  )
}

// A Last-Modified is a strong validator a second later (RFC 9110 §8.8.2.2).
beforeAll(async () => {
  while (Date.now() - mtimeMs < 2000) await delay(mtimeMs + 2000 - Date.now())
})

afterAll(() => folder[Symbol.dispose]())

function expectFields(fields: Record<string, unknown>, sent: FieldRow['sent']): void {
  for (const [name, value] of Object.entries(withDates(sent))) {
    if (value instanceof RegExp)
      expect([name, fields[name]]).toEqual([name, expect.stringMatching(value)])
    else expect([name, fields[name]]).toEqual([name, value])
  }
}

describe.each(SCENES)('with options in the $place, on the path $path,', (scene) => {
  it.each(TITLED)('%s', async (_title, { options, fields, status, body, sent }) => {
    await using opened = await OptionScene.open(folder, options, scene)
    const response = await opened.send('a.txt', withDates(fields))
    expect(response.status).toBe(status)
    if (status < 400) expect(response.body.toString()).toBe(status === 304 ? '' : (body ?? TEXT))
    expectFields(response.fields, sent)
  })

  it('contentType: false leaves Content-Type out of the parts of several ranges', async () => {
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
      await using opened = await OptionScene.open(folder, options, scene)
      const response = await opened.send('a.txt', withDates(fields), 'HEAD')
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
      const all = { ...options, preCompressed: true }
      await using opened = await OptionScene.open(folder, all, scene)
      const response = await opened.send('a.txt', { ...fields, 'accept-encoding': 'br' })
      expect(response.status).toBe(200)
      expect(response.body).toEqual(BR)
      expectFields(response.fields, { ...sent, 'content-encoding': 'br', vary: /Accept-Encoding/ })
    })
  },
)
