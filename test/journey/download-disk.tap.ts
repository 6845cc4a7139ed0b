import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { FuseDisk, needsFuse } from '../fixture/fuse.js'
import { needsNamespace, Running, run, Server } from '../fixture/process.js'

const SIZE = 9_000_000
const CONTENT = pattern(SIZE)
const COMMAND = 'dist/cli/main.js'

/** Bytes that a sidecar says are held. */
function heldIn(sidecar: string): number {
  try {
    const { held } = JSON.parse(readFileSync(sidecar, 'utf8')) as {
      held: { start: number; end: number }[]
    }
    return held.reduce((sum, { start, end }) => sum + end - start, 0)
  } catch {
    return 0
  }
}

tap.test('power that fails: what the sidecar says is held is there', needsFuse(), async (t) => {
  using folder = new Folder({ f: CONTENT })
  await using server = await Server.start([folder.path])
  await using disk = await FuseDisk.mount('test/fixture/forgetful-disk.py')
  const file = join(disk.path, 'f')
  const losePower = () => {
    writeFileSync(join(disk.path, 'power-loss'), '')
    rmSync(join(disk.path, 'power-loss'))
  }
  const get = (...args: string[]) =>
    new Running(process.execPath, [
      COMMAND,
      'get',
      `${server.url}/f`,
      '-o',
      file,
      '--json',
      ...args,
    ])

  for (const connections of ['1', '3']) {
    for (const bytes of [1, SIZE / 2, SIZE - 2_000_000]) {
      await using first = get('--connections', connections, '--limit-rate', '12M')
      while (heldIn(`${file}.part.json`) < bytes) {
        if (first.hasEnded) throw new Error(`ended early: ${(await first.exit).stderr}`)
        await wait(2)
      }
      first.child.kill('SIGKILL')
      await first.exit
      losePower()
      const held = heldIn(`${file}.part.json`)
      t.notOk(existsSync(file), 'there is no file before it is whole')
      const { code, stdout, stderr } = await get('--connections', connections).exit
      t.equal(code, 0, stderr)
      const { received } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
      t.ok(held >= bytes && received === SIZE - held, `${held} bytes were kept, and gone on with`)
      losePower()
      t.ok(readFileSync(file).equals(CONTENT), 'the file is whole, whatever happens after')
      t.same(readdirSync(disk.path), ['f'])
      rmSync(file)
    }
  }
})

tap.test('a disk that is full, and then has room', await needsNamespace('mount'), async (t) => {
  using folder = new Folder({ f: CONTENT })
  using out = new Folder()
  await using server = await Server.start([folder.path])
  const get = `${process.execPath} ${COMMAND} get ${server.url}/f -o ${out.path}/f --json`
  const script = `
    mount -t tmpfs -o size=6m tmpfs ${out.path}
    ${get} > /dev/null; echo "full: exit $?"
    ls ${out.path}
    ${get} > /dev/null; echo "full still: exit $?"
    mount -o remount,size=64m ${out.path}
    ${get} | tail -1; ls ${out.path}; sha256sum < ${out.path}/f`
  const { stdout, stderr } = await run('unshare', ['-m', 'sh', '-c', script])
  t.match(stdout, /full: exit 6\nf\.part\nf\.part\.json\nfull still: exit 6\n/)
  t.match(stderr, /ENOSPC|no space left/)
  const [, received = ''] = /"received":(\d+)/.exec(stdout) ?? []
  t.ok(Number(received) < SIZE - 3_000_000, `${received} bytes were left to fetch`)
  t.match(stdout, createHash('sha256').update(CONTENT).digest('hex'))
  t.notMatch(stdout.slice(stdout.indexOf('received')), /f\.part/)
})
