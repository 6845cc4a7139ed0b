import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import tap from 'tap'
import { Folder, hasBytes, pattern } from '../fixture/files.js'
import { inForm } from '../fixture/long-form.js'
import { RunningProcess, Server } from '../fixture/process.js'
import { downloadThroughKills } from './chaos/kills.js'

const SIZE = 40_000_000
const CONTENT = pattern(SIZE)
const COMMAND = 'dist/cli/main.js'
const KILLS = inForm({ short: 3, long: 8 })
/** Of these Node may have some open, a shell none. */
const DESCRIPTORS = inForm({
  short: [4, 11, 18],
  long: Array.from({ length: 17 }, (_, index) => index + 3),
})

const get = (...args: string[]) => new RunningProcess(process.execPath, [COMMAND, 'get', ...args])

tap.test(
  'a download over four connections is complete after cuts, resets and a stall',
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    using out = new Folder()
    const rules = [
      { fault: { kind: 'truncate', at: 3_000_000 }, times: 2 },
      { fault: { kind: 'connection-reset', at: 9_000_000 }, times: 2 },
      { fault: { kind: 'stall', at: 20_000_000 }, times: 1 },
      { fault: { kind: 'status', status: 503, retryAfter: 0 }, times: 2 },
    ]
    folder.write('rules.json', JSON.stringify(rules))
    await using server = await Server.start([
      folder.path,
      '--faults',
      '--fault-access',
      'local',
      '--fault-scenario',
      folder.at('rules.json'),
    ])
    const args = ['-o', out.at('f'), '--connections', '4', '--stall', '500ms', '--json']
    const { code, stderr } = await get(`${server.url}/f`, ...args).exit
    t.equal(code, 0, stderr)
    t.ok(readFileSync(out.at('f')).equals(CONTENT))
    t.same(readdirSync(out.path), ['f'])
  },
)

tap.test(
  'a download that is killed repeatedly is byte-identical, and receives few bytes twice',
  async (t) => {
    const { isIdentical, kills, resent } = await downloadThroughKills({
      seed: 1,
      kills: KILLS,
      size: 256e6,
    })
    t.ok(isIdentical)
    t.ok(kills >= KILLS * 0.6, `${kills} kills met it at work`)
    // Up to 6 MB are lost in the buffers of the kernel at each kill: a small share of a large file.
    t.ok(resent < 0.08, `${(resent * 100).toFixed(1)}% of the file was sent again for each kill`)
  },
)

tap.test(
  'a stream to stdout resumes after cuts, and ends quietly when its reader leaves',
  async (t) => {
    using folder = new Folder({ f: CONTENT })
    await using server = await Server.start([folder.path, '--faults', '--fault-access', 'local'])
    const url = `${server.url}/f`
    for (const at of [1_000_000, 7_000_000]) {
      await fetch(`${server.url}/-/faults`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ fault: { kind: 'truncate', at } }),
      })
    }
    const shell = (line: string) => new RunningProcess('sh', ['-c', line]).exit
    const whole = await shell(`${process.execPath} ${COMMAND} get -q ${url} -o - | sha256sum`)
    t.match(whole.stdout, createHash('sha256').update(CONTENT).digest('hex'))
    const head = await shell(
      `${process.execPath} ${COMMAND} get -q ${url} -o - | head -c 5 | wc -c`,
    )
    t.equal(head.stdout.trim(), '5')
    t.equal(head.stderr, '')
    using out = new Folder()
    // Without cuts, so that the first event is progress also where a busy machine is cut before it.
    await fetch(`${server.url}/-/faults`, { method: 'DELETE' })
    const toFile = `get --json --limit-rate 20M ${url} -o ${out.at('f')}`
    const events = await shell(`${process.execPath} ${COMMAND} ${toFile} | head -n 1`)
    t.match(events.stdout, /^\{"type":"progress"/)
    t.equal(events.stderr, '', 'the reader of the events may leave too')
  },
)

tap.test('get -o writes into stdout by its names, and into pipes and devices', async (t) => {
  using folder = new Folder({ f: CONTENT })
  using out = new Folder({ appended: 'before' })
  await using server = await Server.start([folder.path])
  const shell = (line: string) =>
    new RunningProcess(
      'sh',
      ['-c', line.replace('get', `${process.execPath} ${resolve(COMMAND)} get`)],
      {
        cwd: out.path,
      },
    ).exit
  const url = `${server.url}/f`
  const digest = createHash('sha256').update(CONTENT).digest('hex')
  for (const name of ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1']) {
    const piped = await shell(`get -q ${url} -o ${name} | sha256sum`)
    t.match(piped.stdout, digest, name)
  }
  await shell(`get -q ${url} -o /dev/stdout >> appended`)
  t.equal(readFileSync(out.at('appended')).length, 6 + SIZE, 'stdout is not truncated')
  const other = await shell(`get -q ${url} -o /dev/fd/3 3> third`)
  t.equal(other.code, 0, other.stderr)
  t.ok(readFileSync(out.at('third')).equals(CONTENT))
  const passed = await shell(`bash -c 'get -q ${url} -o /dev/fd/9 9> >(sha256sum)'`)
  t.match(passed.stdout, digest, 'a pipe that a shell has passed')
  for (const descriptor of DESCRIPTORS) {
    const unopened = await shell(`get -q ${url} -o /dev/fd/${descriptor}`)
    t.equal(unopened.code, 6, `descriptor ${descriptor}, which only Node may have open`)
  }
  await shell(`get ${url} -o /dev/stderr 2> second`)
  t.ok(readFileSync(out.at('second')).equals(CONTENT), 'no report goes to stderr')
  const fifo = await shell(`mkfifo fifo && (sha256sum < fifo & get -q ${url} -o fifo; wait)`)
  t.match(fifo.stdout, digest)
  const json = await shell(`get --json ${url} -o /dev/stdout 2> events > bytes`)
  t.equal(json.code, 0)
  t.match(readFileSync(out.at('events'), 'utf8'), /"type":"whole","to":"-"/)
  t.ok(readFileSync(out.at('bytes')).equals(CONTENT))
  const full = await shell(`get --json ${url} -o /dev/full`)
  t.equal(full.code, 6)
  t.match(full.stdout, /"systemCode":"ENOSPC","code":"DISK_FAILED"/)
  t.same(readdirSync(out.path).sort(), ['appended', 'bytes', 'events', 'fifo', 'second', 'third'])
})

tap.test(
  'a stream to stdout takes constant memory, and is received no faster than it is read',
  async (t) => {
    const size = 256_000_000
    using folder = new Folder({ f: Buffer.alloc(size, 'stream') })
    await using server = await Server.start([folder.path])
    const args = [COMMAND, 'get', '-q', `${server.url}/f`, '-o', '-']
    await using running = new RunningProcess(process.execPath, args, { capturesStdout: false })
    const proc = (file: string) => readFileSync(`/proc/${running.child.pid}/${file}`, 'utf8')
    const readBytes = () => Number(/rchar: (\d+)/.exec(proc('io'))?.[1])
    let bytes = 0
    for await (const chunk of running.child.stdout ?? []) {
      if (bytes === 0) {
        // While stdout is not read, the command stops receiving after a few megabytes.
        for (let before = 0; before !== readBytes(); await wait(200)) before = readBytes()
        t.ok(readBytes() < 30_000_000, `${readBytes()} bytes were read ahead`)
      }
      bytes += chunk.length
      if (bytes > size / 2 && bytes - chunk.length <= size / 2) {
        const kilobytes = Number(/VmHWM:\s+(\d+)/.exec(proc('status'))?.[1])
        t.ok(kilobytes < 150_000, `${kilobytes} kB of memory`)
      }
    }
    t.equal(bytes, size)
    t.equal((await running.exit).code, 0)
  },
)

tap.test('each outcome has its exit code', async (t) => {
  using folder = new Folder({ f: CONTENT })
  using out = new Folder()
  await using server = await Server.start([folder.path, '--faults', '--fault-access', 'local'])
  const url = `${server.url}/f`
  const to = ['-o', out.at('f')]
  const codeOf = async (...args: string[]) => (await get(...args).exit).code
  t.equal(await codeOf('nonsense'), 2)
  const malformed = await get(`${server.url}/%zz`).exit
  t.equal(malformed.code, 2)
  t.match(malformed.stderr, /^lastbyte: URL: expected percent-encoded UTF-8[^\n]*\n$/)
  t.equal(await codeOf(url, ...to, '--checksum', 'md5:00'), 2)
  t.equal(await codeOf(`${server.url}/none`, ...to), 3)
  t.equal(await codeOf(url, ...to, '--checksum', `sha-256:${'0'.repeat(64)}`), 5)
  t.equal(await codeOf(url, '-o', '/nowhere/f'), 6)
  t.equal(await codeOf(url, '-o', out.path), 2)
  const full = ['-c', `exec ${process.execPath} ${COMMAND} get -q ${url} -o - > /dev/full`]
  const unwritable = await new RunningProcess('sh', full).exit
  t.equal(unwritable.code, 6)
  t.match(unwritable.stderr, /^lastbyte: Cannot write to stdout: ENOSPC[^\n]*\n$/)
  t.equal(await codeOf('http://127.0.0.1:1/f', ...to, '--retry-for', '0ms'), 7)
  t.same(readdirSync(out.path), [], 'no file is left where no bytes were received')
  const flip = { match: { range: 'present' }, fault: { kind: 'etag-flip' } }
  for (const rule of [{ fault: { kind: 'truncate', at: 1_000_000 }, times: 1 }, flip]) {
    await fetch(`${server.url}/-/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(rule),
    })
  }
  const changed = await get(url, '-o', '-').exit
  t.equal(changed.code, 4)
  t.notMatch(changed.stderr, /^\s+at /m)
  await fetch(`${server.url}/-/faults`, { method: 'DELETE' })

  const stalled = get(url, ...to, '--header', 'Lastbyte-Fault: stall;at=1000000')
  await hasBytes(out.at('f.part'), 1)
  t.equal(await codeOf(url, ...to), 8)
  stalled.child.kill('SIGINT')
  t.equal((await stalled.exit).code, 130)
  t.ok(existsSync(out.at('f.part.json')), 'the state of the received bytes is kept')
})
