import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, constants, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { DescriptorWriter } from '../../../src/client/download/descriptor-writer.js'
import { Folder, pattern } from '../../fixture/files.js'

/** A descriptor of a pipe that does not block: its two ends are one. */
function pipeIn(folder: Folder): number {
  execFileSync('mkfifo', [folder.at('fifo')])
  return openSync(folder.at('fifo'), constants.O_RDWR | constants.O_NONBLOCK)
}

describe('DescriptorWriter', () => {
  it('writes from the position on, syncs, and closes a descriptor that it owns', async () => {
    using folder = new Folder({ f: 'before ' })
    const descriptor = openSync(folder.at('f'), 'a')
    const writer = new DescriptorWriter(descriptor, 'owned')
    writer.end('after')
    await once(writer, 'close')
    expect(readFileSync(folder.at('f'), 'utf8')).toBe('before after')
    expect(() => fstatSync(descriptor)).toThrow('EBADF')
  })

  it('waits for room where a descriptor does not block, and leaves a borrowed one open', async () => {
    using folder = new Folder()
    const descriptor = pipeIn(folder)
    const content = pattern(300_000)
    const writer = new DescriptorWriter(descriptor, 'borrowed')
    writer.end(content)
    const received: Buffer[] = []
    const read = () => {
      const buffer = Buffer.alloc(content.length)
      try {
        received.push(buffer.subarray(0, readSync(descriptor, buffer)))
      } catch {
        // Nothing has been written since the last read.
      }
    }
    const reading = setInterval(read, 5)
    await once(writer, 'close')
    clearInterval(reading)
    read()
    expect(Buffer.concat(received).equals(content)).toBe(true)
    closeSync(descriptor)
  })

  it('ends at once when it is destroyed while there is no room', async () => {
    using folder = new Folder()
    const descriptor = pipeIn(folder)
    const writer = new DescriptorWriter(descriptor, 'owned')
    writer.write(pattern(300_000))
    writer.destroy(new Error('stopped'))
    await expect(once(writer, 'close')).rejects.toThrow('stopped')
    expect(() => fstatSync(descriptor)).toThrow('EBADF')
  })

  it('fails with the error of the system', async () => {
    const writer = new DescriptorWriter(openSync('/dev/full', 'w'), 'owned')
    writer.end('x')
    const [error] = (await once(writer, 'error')) as [NodeJS.ErrnoException]
    expect(error.code).toBe('ENOSPC')
  })
})
