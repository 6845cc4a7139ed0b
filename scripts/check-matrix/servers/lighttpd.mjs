import { write } from '../scratch.mjs'

export const lighttpd = {
  id: 'lighttpd',
  name: 'lighttpd',
  needs: { command: 'lighttpd', packages: ['lighttpd'] },
  version: { args: ['-v'], pattern: /lighttpd\/(\S+)/ },
  start: ({ folder, scratch, port }) => ({
    command: 'lighttpd',
    args: ['-D', '-f', write(scratch, 'lighttpd.conf', configOf({ folder, port }))],
  }),
}

function configOf({ folder, port }) {
  return `
server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
mimetype.assign = (".html" => "text/html", ".mp4" => "video/mp4")
`
}
