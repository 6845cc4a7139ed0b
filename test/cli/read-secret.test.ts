import { PassThrough } from 'node:stream'
import { expect, it } from 'vitest'
import { readSecret, type SecretInput } from '../../src/cli/read-secret.js'

function inputOf(chunks: readonly string[], more: object = {}) {
  const input = Object.assign(new PassThrough(), more)
  for (const chunk of chunks) input.write(chunk)
  input.end()
  return input as unknown as SecretInput
}

it.each([
  [['secret\nmore'], 'secret'],
  [['sec', 'ret\r\n'], 'secret'],
  [['a b '], 'a b '],
  [[''], ''],
])('readSecret reads %j from stdin as %j', async (chunks, want) => {
  expect(await readSecret('?', inputOf(chunks), () => expect.unreachable())).toBe(want)
})

it.each([
  [['se', 'x\u007fcret\r'], 'secret'],
  [['secret\u0003'], ''],
  [['Ü🎬\n'], 'Ü🎬'],
])('readSecret reads the keys %j of a terminal as %j, and shows none', async (keys, want) => {
  const modes: boolean[] = []
  let shown = ''
  const terminal = { isTTY: true, setRawMode: (mode: boolean) => modes.push(mode) }
  const read = await readSecret('Password: ', inputOf(keys, terminal), (text) => {
    shown += text
  })
  expect(read).toBe(want)
  expect(modes).toEqual([true, false])
  expect(shown).toBe('Password: \n')
})
