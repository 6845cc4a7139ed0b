/**
 * `lastbyte get` and its origin in one network namespace. The origin sends half of a file whose bytes are one letter, and the rest
 * when stdin has a line. Prints a line for each request, and the report of the download.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'

const SIZE = 6 * 1024 * 1024
const [, , letter, file] = process.argv
const content = Buffer.alloc(SIZE, letter)
const released = once(process.stdin, 'data')

const server = createServer(async ({ method, headers }, response) => {
  const etag = `"${letter}"`
  const isResumed = headers.range !== undefined && headers['if-range'] === etag
  const start = isResumed ? Number(/bytes=(\d+)-/.exec(headers.range)?.[1]) : 0
  const fields = { etag, 'accept-ranges': 'bytes', 'content-length': SIZE - start }
  if (isResumed) fields['content-range'] = `bytes ${start}-${SIZE - 1}/${SIZE}`
  response.writeHead(isResumed ? 206 : 200, fields)
  if (method === 'HEAD') return response.end()
  const half = Math.max(start, SIZE / 2)
  response.write(content.subarray(start, half))
  console.log('requested')
  await released
  response.end(content.subarray(half))
})
// The same port in each namespace, since a part file is continued for the same URL only.
server.listen(4700, '127.0.0.1')
await once(server, 'listening')
const url = 'http://127.0.0.1:4700/x'
const args = ['dist/cli/main.js', 'get', url, '-o', file, '--json', '--stall', '60s']
const stdio = ['ignore', 'inherit', 'inherit']
const child = spawn(process.execPath, args, { stdio })
const [code] = await once(child, 'exit')
process.exit(code ?? 99)
