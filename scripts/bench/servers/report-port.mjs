/** Prints the port of a server, for the benchmark that started its process. */
export function reportPort(server) {
  process.stdout.write(`${server.address().port}\n`)
}
