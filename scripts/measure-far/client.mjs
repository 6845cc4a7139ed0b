// Downloads a URL on a new connection: node client.mjs URL 1.1|2. Prints the ms from the request to the first byte of
// the content and to the last, and the number of bytes.
import { once } from 'node:events'
import { connect } from 'node:http2'
import { get } from 'node:https'

/** Bytes that a stream and its connection may be sent ahead, as much as Chromium or more. */
const WINDOW = 16 * 1024 * 1024

const [url, version] = process.argv.slice(2)
const { received, asked } = await (version === '2' ? overHttp2() : overHttp1())
let first
let bytes = 0
for await (const chunk of received) {
  first ??= performance.now()
  bytes += chunk.length
}
console.log(JSON.stringify({ first: first - asked, end: performance.now() - asked, bytes }))
process.exit()

async function overHttp1() {
  const request = get(url, { rejectUnauthorized: false, agent: false })
  const [socket] = await once(request, 'socket')
  await once(socket, 'secureConnect')
  const asked = performance.now()
  const [received] = await once(request, 'response')
  return { received, asked }
}

async function overHttp2() {
  const { origin, pathname } = new URL(url)
  const settings = { initialWindowSize: WINDOW }
  const session = connect(origin, { rejectUnauthorized: false, settings })
  await once(session, 'connect')
  session.setLocalWindowSize(WINDOW)
  const asked = performance.now()
  return { received: session.request({ ':path': pathname }), asked }
}
