import { install, lackOf } from './install.mjs'
import { startBucket } from './servers/swift.mjs'

/**
 * Makes ready what the servers need: their programs, unless `quick`, and for those of a bucket, Swift.
 *
 * @returns the servers that can be started, and the bucket if one of them needs it; `stop` ends Swift
 */
export async function prepare({ servers, quick }, note) {
  if (!quick) install(servers, note)
  const present = servers.filter((server) => {
    const lack = lackOf(server)
    if (lack !== undefined) note(`${server.name}: left out, ${lack}`)
    return lack === undefined
  })
  const bucket = present.some(({ isOfBucket }) => isOfBucket) ? await startBucket() : undefined
  return { servers: inTurn(present), bucket, stop: async () => await bucket?.stop() }
}

/** The servers of a bucket last: its objects are then old enough for a strong Last-Modified. */
const inTurn = (servers) => [
  ...servers.filter(({ isOfBucket }) => !isOfBucket),
  ...servers.filter(({ isOfBucket }) => isOfBucket),
]
