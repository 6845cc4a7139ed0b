/** Tells the bench on which port a server of its own process listens. */
export function reportPort(server) {
  process.stdout.write(`${server.address().port}\n`)
}
