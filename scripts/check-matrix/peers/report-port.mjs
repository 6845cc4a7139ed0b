/** Prints the port of a server, for the process that started it. */
export function reportPort(server) {
  process.stdout.write(`${server.address().port}\n`)
}
