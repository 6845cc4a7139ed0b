import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import tap from 'tap'
import { Folder, pattern } from '../fixture/files.js'
import { FuseFileSystem, needsFuse } from '../fixture/fuse.js'
import { needsNamespace, RunningProcess, run, Server } from '../fixture/process.js'
import { hasSaved, savedBytes } from '../fixture/sidecar.js'

const SIZE = 9_000_000
const CONTENT = pattern(SIZE)
const COMMAND = 'dist/cli/main.js'

tap.test(
  'lastbyte get after a power loss: every byte that the sidecar lists is on the disk',
  needsFuse(),
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    await using server = await Server.start([folder.path])
    await using disk = await FuseFileSystem.mount('test/fixture/unsynced-disk.py')
    const file = join(disk.path, 'f')
    const losePower = () => {
      writeFileSync(join(disk.path, 'power-loss'), '')
      rmSync(join(disk.path, 'power-loss'))
    }
    const get = (...args: string[]) =>
      new RunningProcess(process.execPath, [
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
        await hasSaved(file, bytes, first)
        first.child.kill('SIGKILL')
        await first.exit
        losePower()
        const saved = savedBytes(file)
        t.notOk(existsSync(file), 'the file does not exist before it is complete')
        const { code, stdout, stderr } = await get('--connections', connections).exit
        t.equal(code, 0, stderr)
        const { received } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '')
        t.ok(saved >= bytes && received === SIZE - saved, `resumed after ${saved} saved bytes`)
        losePower()
        t.ok(readFileSync(file).equals(CONTENT), 'the complete file survives a second power loss')
        t.same(readdirSync(disk.path), ['f'])
        rmSync(file)
      }
    }
  },
)

tap.test(
  'lastbyte get on a full disk exits with 6, and resumes once there is space',
  await needsNamespace('mount'),
  async (t) => {
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
    t.ok(Number(received) < SIZE - 3_000_000, `${received} bytes were fetched by the last run`)
    t.match(stdout, createHash('sha256').update(CONTENT).digest('hex'))
    t.notMatch(stdout.slice(stdout.indexOf('received')), /f\.part/)
  },
)
