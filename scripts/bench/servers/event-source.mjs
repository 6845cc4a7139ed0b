/** The data of the nth event, the same for every server. */
const data = (n) => ({
  n,
  symbol: 'LASTBYTE',
  price: 1234.5 + (n % 100),
  note: 'a line of text, as long as they usually are',
})

/** ms between two events of `ticks`. */
const PERIOD = 100

let tick = resolvers()
setInterval(() => {
  const { resolve } = tick
  tick = resolvers()
  resolve()
}, PERIOD)

/** Events of `flood` in one turn of the event loop, like a database cursor that reads rows in batches. */
const BATCH = 100

/** Events as fast as they are consumed. `encode` converts the data for the server's plugin. */
export async function* flood(encode = (value) => value) {
  for (let n = 0; ; n += 1) {
    // Without this wait, a server that never yields to the event loop would serve only one client.
    if (n % BATCH === BATCH - 1) await new Promise(setImmediate)
    yield { id: String(n), event: 'tick', data: encode(data(n)) }
  }
}

/** An event for each tick of a clock that all clients share. `encode`: see `flood`. */
export async function* ticks(encode = (value) => value) {
  for (let n = 0; ; n += 1) {
    await tick.promise
    yield { id: String(n), event: 'tick', data: encode(data(n)) }
  }
}

function resolvers() {
  let resolve
  const promise = new Promise((done) => {
    resolve = done
  })
  return { promise, resolve }
}
