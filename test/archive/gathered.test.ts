import { expect, it } from 'vitest'
import { Gathered } from '../../src/archive/gathered.js'

it('Runs of bytes are joined until 64 KiB are used', () => {
  const gathered = new Gathered()
  expect(gathered.take()).toBeUndefined()
  gathered.add(Buffer.from('one '))
  gathered.add(Buffer.from('two'))
  expect(Buffer.from(gathered.take() ?? []).toString()).toBe('one two')
  expect(gathered.take()).toBeUndefined()
  gathered.add(Buffer.alloc(64 * 1024 - 1))
  expect([gathered.fits(Buffer.alloc(1)), gathered.fits(Buffer.alloc(2))]).toEqual([true, false])
})
