/** The same for every server: what events are made of, as fast as they are taken or by a clock. */
const data = (n) => ({
  n,
  symbol: 'LASTBYTE',
  price: 1234.5 + (n % 100),
  note: 'a line of text, as long as they usually are',
})

/** ms between two events of one client's clock. */
const PERIOD = 100

let tick = resolvers()
setInterval(() => {
  const { resolve } = tick
  tick = resolvers()
  resolve()
}, PERIOD)

/** Events that a flood gives in one turn of the event loop, as a cursor gives its rows. */
const BATCH = 100

/** Events as fast as they are taken. `encode`: the data as this server's plugin wants it. */
export async function* flood(encode = (value) => value) {
  for (let n = 0; ; n += 1) {
    // Without a pause for others, a server that waits for nobody would serve one client alone.
    if (n % BATCH === BATCH - 1) await new Promise(setImmediate)
    yield { id: String(n), event: 'tick', data: encode(data(n)) }
  }
}

/** An event for each tick of a clock that all clients share. */
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
