import { createReadStream, createWriteStream, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { FILES, fileOf, MIB } from '../files.mjs'
import { isInstalled, startServer } from '../peers.mjs'
import { linesOf, start, stop } from '../processes.mjs'
import { checkLarge } from './check-large.mjs'
import { costOf } from './proxies.mjs'
import { takeTurns } from './turns.mjs'

const START = join(import.meta.dirname, '../../swift/start.mjs')
const BUCKET = 'bench'
const QUICK_SIZE = 256 * MIB

/** A file of an S3 store, beside the same file of the same store through `upstreamSource`. */
export const s3 = {
  cases: ['s3'],
  files: ['large'],
  on: 'memory',
  subjects: { s3: ['s3-lastbyte', 's3-proxy'] },
  checksItself: true,
  lacks: () => (isInstalled('s3-lastbyte') ? undefined : 'OpenStack Swift is not installed'),
  run: measure,
}

async function measure({ place, subjectsOf, rounds, mostBytes, note, isQuick }) {
  const size = isQuick ? QUICK_SIZE : FILES.large.size
  const file = await copyOf(fileOf(place, FILES.large), join(place.scratch, 's3.bin'), size)
  note(`s3: starting Swift and storing ${size / MIB} MiB`)
  // Swift ends when its standard input does, so it can't outlive this process.
  const swift = start(process.execPath, [START], { stdin: 'pipe' })
  const store = JSON.parse(await linesOf(swift)())
  const origin = await put(store, file)
  const started = []
  for (const name of subjectsOf('s3')) {
    const from = name === 's3-proxy' ? origin : JSON.stringify({ ...store, bucket: BUCKET })
    started.push(await startServer(name, from, place.scratch))
  }
  for (const server of started) await checkLarge(server, file, Math.min(mostBytes, size))
  const figures = await takeTurns(started, rounds, (server, round) => {
    note(`s3 ${server.name}: round ${round + 1} of ${rounds}`)
    return costOf(server, 1)
  })
  for (const server of started) await server.stop()
  await stop(swift)
  rmSync(file)
  const how = `a download of ${size / MIB} MiB by curl from OpenStack Swift, through its S3 API or its own`
  const title = 'A file of an object store'
  return { s3: { title, how, main: 'cpuPerGiB', own: 's3-lastbyte', figures } }
}

/** Copies the first bytes of a file. */
async function copyOf(file, to, size) {
  await pipeline(createReadStream(file, { end: size - 1 }), createWriteStream(to))
  return to
}

/** Stores the file, readable for all; resolves to the URL of its container in Swift's own API. */
async function put({ endpoint, ...credentials }, file) {
  const options = { region: 'us-east-1', requestChecksumCalculation: 'WHEN_REQUIRED' }
  const client = new S3Client({ ...options, endpoint, credentials, forcePathStyle: true })
  const Key = FILES.large.path.slice(1)
  await client.send(new CreateBucketCommand({ Bucket: BUCKET, ACL: 'public-read' }))
  const Body = createReadStream(file)
  await client.send(
    new PutObjectCommand({ Bucket: BUCKET, Key, Body, ContentLength: statSync(file).size }),
  )
  client.destroy()
  return `${endpoint}/v1/AUTH_${credentials.accessKeyId.split(':')[0]}/${BUCKET}`
}
